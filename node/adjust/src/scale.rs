//! How large texts are drawn: by the desktop's own setting, in GNOME, Cinnamon, Budgie and Unity by
//! `gsettings`, in Xfce by `xfconf-query`.

use beistand_session::AdjustFault;

use crate::tools::{DesktopKey, printed};
use crate::{AdjustMachine, AdjustPresent};

/// In percent: what desktops offer.
const CHOICES: [&str; 6] = ["75", "100", "125", "150", "175", "200"];

/// Xfce's setting, in dots per inch; 96 are 100 percent.
const XFCE: [&str; 4] = ["-c", "xsettings", "-p", "/Xft/DPI"];

/// Where the desktop keeps it.
enum ScaleStore {
    Settings(DesktopKey),
    Xfce,
}

fn store(machine: &AdjustMachine) -> Result<ScaleStore, AdjustFault> {
    let key = "text-scaling-factor";
    let schema = if machine.is_desktop("XFCE") {
        return Ok(ScaleStore::Xfce);
    } else if machine.is_desktop("Cinnamon") {
        "org.cinnamon.desktop.interface"
    } else if machine.is_gnome() {
        "org.gnome.desktop.interface"
    } else {
        return Err(AdjustFault::NoService);
    };
    Ok(ScaleStore::Settings(DesktopKey { schema, key }))
}

pub(crate) fn read(machine: &AdjustMachine) -> Result<AdjustPresent, AdjustFault> {
    let (raw, one) = match store(machine)? {
        ScaleStore::Settings(key) => (key.get(machine)?, 1.0),
        ScaleStore::Xfce => match printed(machine, "xfconf-query", &XFCE) {
            Ok(text) => (text.trim().to_owned(), 96.0),
            Err(AdjustFault::Broken) => return Err(AdjustFault::NoService),
            Err(fault) => return Err(fault),
        },
    };
    // Xfce says -1 where nobody has set it.
    let factor: f64 = raw.parse().map_err(|_| AdjustFault::Unreadable)?;
    let factor = if factor > 0.0 { factor / one } else { 1.0 };
    let now = format!("{:.0}", (factor * 100.0).clamp(10.0, 1000.0));
    Ok(AdjustPresent { raw, ..AdjustPresent::of_words(&now, &CHOICES) })
}

pub(crate) fn set(machine: &AdjustMachine, percent: &str) -> Result<(), AdjustFault> {
    restore(machine, &raw_after(machine, percent))
}

pub(crate) fn raw_after(machine: &AdjustMachine, percent: &str) -> String {
    let percent: u32 = percent.parse().unwrap_or(100);
    match store(machine) {
        Ok(ScaleStore::Xfce) => (percent * 96 / 100).to_string(),
        Ok(ScaleStore::Settings(_)) | Err(_) => (f64::from(percent) / 100.0).to_string(),
    }
}

pub(crate) fn restore(machine: &AdjustMachine, raw: &str) -> Result<(), AdjustFault> {
    match store(machine)? {
        ScaleStore::Settings(key) => key.set(machine, raw),
        ScaleStore::Xfce => {
            let [channel, name, property, path] = XFCE;
            printed(machine, "xfconf-query", &[channel, name, property, path, "-s", raw]).map(drop)
        }
    }
}
