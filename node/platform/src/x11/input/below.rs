//! Keys that act below all windows: the X server, the kernel or the firmware does what they say, whichever
//! window is in front. A technician who pressed one could take the screen, the mouse or the power away from
//! the user, so none of them is ever pressed.
//!
//! They are known by the symbol that they make in the present state, not by their place: Ctrl+Alt+F1 is one,
//! F1 is not.

use xkeysym::key;

/// First and last symbol of each group.
const BELOW_WINDOWS: &[(u32, u32)] = &[
    // Another console: the user looks at a login prompt, and X lets go of their mouse and keyboard.
    (key::XF86_Switch_VT_1, key::XF86_Switch_VT_12),
    (key::Terminate_Server, key::Terminate_Server),
    // Grabs broken, and other video modes.
    (key::XF86_Ungrab, key::XF86_Prev_VMode),
    (key::XF86_LogWindowTree, key::XF86_LogGrabInfo),
    // The screen dark, or elsewhere.
    (key::XF86_MonBrightnessUp, key::XF86_MonBrightnessDown),
    (key::XF86_MonBrightnessCycle, key::XF86_MonBrightnessCycle),
    (key::XF86_KbdLightOnOff, key::XF86_KbdBrightnessDown),
    (key::XF86_BrightnessAuto, key::XF86_BrightnessAuto),
    (key::XF86_DisplayOff, key::XF86_DisplayOff),
    (key::XF86_Display, key::XF86_Display),
    (key::XF86_ScreenSaver, key::XF86_ScreenSaver),
    (key::XF86_RotationLockToggle, key::XF86_RotationLockToggle),
    // The power.
    (key::XF86_Standby, key::XF86_Standby),
    (key::XF86_PowerDown, key::XF86_PowerDown),
    (key::XF86_PowerOff, key::XF86_WakeUp),
    (key::XF86_Sleep, key::XF86_Sleep),
    (key::XF86_Suspend, key::XF86_Hibernate),
    // The user's own devices, and the line on which they could be heard.
    (key::XF86_TouchpadToggle, key::XF86_TouchpadOff),
    (key::XF86_Bluetooth, key::XF86_UWB),
    (key::XF86_RFKill, key::XF86_RFKill),
];

/// Whether a key that makes this symbol acts below all windows.
pub(super) fn acts_below_windows(symbol: u32) -> bool {
    BELOW_WINDOWS.iter().any(|(first, last)| (*first..=*last).contains(&symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consoles_power_brightness_and_devices_are_below_windows_and_plain_keys_are_not() {
        for symbol in [
            key::XF86_Switch_VT_7,
            key::Terminate_Server,
            key::XF86_ClearGrab,
            key::XF86_PowerOff,
            key::XF86_Suspend,
            key::XF86_MonBrightnessDown,
            key::XF86_TouchpadOff,
            key::XF86_WLAN,
        ] {
            assert!(acts_below_windows(symbol), "{symbol:#x}");
        }
        for symbol in [key::a, key::F1, key::Delete, key::XF86_AudioMute, key::XF86_AudioPlay, key::Print] {
            assert!(!acts_below_windows(symbol), "{symbol:#x}");
        }
        assert!(BELOW_WINDOWS.iter().all(|(first, last)| first <= last));
    }
}
