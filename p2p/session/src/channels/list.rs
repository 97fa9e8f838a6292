//! The macro behind the list of channels: what follows from it by the letter, and nothing else.

/// Makes of the list: the folders' modules, [`Channel`](super::Channel), [`Message`](super::Message) for
/// programs, `WireMessage` for the session, and `LiveChannels` with what each channel does by itself.
macro_rules! channels {
    (
        control $control_number:literal $Control:ident ( $control:ident :: $ControlWire:ident ),
        $($number:literal $Name:ident ( $module:ident :: $Plain:ident => $Wire:ident )),+ $(,)?
    ) => {
        pub(crate) mod $control;
        $(
            pub(crate) mod $module;
            pub use $module::*;
        )+

        /// A channel. Its number is the first byte on its stream and the top byte of each record's nonce.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Channel {
            #[doc = concat!("See `channels/", stringify!($control), "`.")]
            $Control = $control_number,
            $(
                #[doc = concat!("See `channels/", stringify!($module), "`.")]
                $Name = $number,
            )+
        }

        impl Channel {
            /// All of them, by number.
            pub const ALL: [Self; 1 $(+ { let _ = $number; 1 })+] = [Self::$Control, $(Self::$Name),+];

            /// What it is and how much it may carry.
            pub const fn spec(self) -> &'static ChannelSpec {
                match self {
                    Self::$Control => const { &<$control::$ControlWire as WireForm>::SPEC },
                    $(Self::$Name => const { &<$module::$Wire as WireForm>::SPEC },)+
                }
            }

            /// The channel with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number {
                    $control_number => Some(Self::$Control),
                    $($number => Some(Self::$Name),)+
                    _ => None,
                }
            }
        }

        /// What a program says and hears on the channels.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Message {
            $(
                #[doc = concat!("On [`Channel::", stringify!($Name), "`].")]
                $Name($module::$Plain),
            )+
        }

        impl Message {
            /// Its channel.
            pub const fn channel(&self) -> Channel {
                match self {
                    $(Self::$Name(_) => Channel::$Name,)+
                }
            }

            /// The message as it travels.
            pub(crate) fn pack(self, moment: &Moment<'_>) -> Result<WireMessage, CommandError> {
                match self {
                    $(Self::$Name(plain) => <$module::$Wire>::pack(plain, moment).map(WireMessage::$Name),)+
                }
            }
        }

        $(
            impl From<$module::$Plain> for Message {
                fn from(message: $module::$Plain) -> Self {
                    Self::$Name(message)
                }
            }

            impl OnChannel for $module::$Plain {
                const CHANNEL: Channel = Channel::$Name;

                fn from_message(message: Message) -> Option<Self> {
                    if let Message::$Name(message) = message { Some(message) } else { None }
                }
            }
        )+

        /// A message of any channel as it travels.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum WireMessage {
            $Control($control::$ControlWire),
            $($Name($module::$Wire),)+
        }

        impl WireMessage {
            /// Reads a whole message of `channel`.
            pub(crate) fn decode(channel: Channel, bytes: &[u8]) -> Result<Self, Violation> {
                match channel {
                    Channel::$Control => read(bytes).map(Self::$Control),
                    $(Channel::$Name => read(bytes).map(Self::$Name),)+
                }
            }

            /// The message's bytes.
            pub(crate) fn encode(&self) -> Vec<u8> {
                match self {
                    Self::$Control(message) => write(message),
                    $(Self::$Name(message) => write(message),)+
                }
            }

            /// Its channel.
            pub(crate) const fn channel(&self) -> Channel {
                match self {
                    Self::$Control(_) => Channel::$Control,
                    $(Self::$Name(_) => Channel::$Name,)+
                }
            }

            /// The row of the table that decides about it.
            pub(crate) fn row(&self) -> &'static Row {
                match self {
                    Self::$Control(message) => message.row(),
                    $(Self::$Name(message) => message.row(),)+
                }
            }

            /// See [`WireForm::number`].
            pub(crate) fn number(&self) -> Option<u64> {
                match self {
                    Self::$Control(message) => message.number(),
                    $(Self::$Name(message) => message.number(),)+
                }
            }

            /// See [`WireForm::replaces`].
            pub(crate) fn replaces(&self, older: &Self) -> bool {
                match (self, older) {
                    (Self::$Control(message), Self::$Control(older)) => message.replaces(older),
                    $((Self::$Name(message), Self::$Name(older)) => message.replaces(older),)+
                    // Of two channels: they never wait in one queue.
                    (Self::$Control(_) $(| Self::$Name(_))+, _) => false,
                }
            }
        }

        $(
            impl From<$module::$Wire> for WireMessage {
                fn from(message: $module::$Wire) -> Self {
                    Self::$Name(message)
                }
            }
        )+

        /// What each channel does inside the session.
        #[derive(Default)]
        pub(crate) struct LiveChannels {
            $($module: <$module::$Wire as WireForm>::Live,)+
        }

        impl LiveChannels {
            /// See [`LiveChannel::say`].
            pub(crate) fn say(&mut self, moment: &Moment<'_>, message: &mut WireMessage) -> Result<(), CommandError> {
                match message {
                    WireMessage::$Control(_) => Ok(()),
                    $(WireMessage::$Name(message) => self.$module.say(moment, message),)+
                }
            }

            /// See [`LiveChannel::queued`].
            pub(crate) fn queued(&mut self, moment: &Moment<'_>, message: &WireMessage) {
                match message {
                    WireMessage::$Control(_) => {}
                    $(WireMessage::$Name(message) => self.$module.queued(moment, message),)+
                }
            }

            /// See [`LiveChannel::left`].
            pub(crate) fn left(&mut self, moment: &Moment<'_>, channel: Channel, number: u64) {
                match channel {
                    Channel::$Control => {}
                    $(
                        Channel::$Name => {
                            LiveChannel::<$module::$Wire>::left(&mut self.$module, moment, number);
                        }
                    )+
                }
            }

            /// See [`LiveChannel::hear`]. Control messages are the session's own.
            pub(crate) fn hear(
                &mut self,
                moment: &Moment<'_>,
                message: WireMessage,
                number: Option<u64>,
            ) -> Result<Hearing<Message>, Violation> {
                match message {
                    WireMessage::$Control(_) => Ok(Hearing::kept(None)),
                    $(
                        WireMessage::$Name(message) => {
                            Ok(self.$module.hear(moment, message, number)?.map(Message::from))
                        }
                    )+
                }
            }

            /// See [`LiveChannel::allowed`]; `lost` by channel.
            pub(crate) fn allowed(
                &mut self,
                moment: &Moment<'_>,
                verdict: &dyn Fn(&Row, Role) -> Verdict,
                lost: &ByChannel<bool>,
            ) -> Vec<(Message, &'static Row)> {
                let heard = [
                    $(
                        LiveChannel::<$module::$Wire>::allowed(
                            &mut self.$module,
                            moment,
                            verdict,
                            lost[Channel::$Name],
                        )
                        .map(|(plain, row)| (Message::$Name(plain), row)),
                    )+
                ];
                heard.into_iter().flatten().collect()
            }

            /// See [`LiveChannel::resumed`]; `received` and `lost` by channel.
            pub(crate) fn resumed(
                &mut self,
                moment: &Moment<'_>,
                verdict: &dyn Fn(&Row, Role) -> Verdict,
                received: &ByChannel<u64>,
                lost: &ByChannel<bool>,
            ) -> Vec<(Message, &'static Row)> {
                let heard = [
                    $({
                        let (received, lost) = (received[Channel::$Name], lost[Channel::$Name]);
                        LiveChannel::<$module::$Wire>::resumed(&mut self.$module, moment, verdict, received, lost)
                            .map(|(plain, row)| (Message::$Name(plain), row))
                    },)+
                ];
                heard.into_iter().flatten().collect()
            }

            /// See [`LiveChannel::withdrawn`].
            pub(crate) fn withdrawn(&mut self, channel: Channel) {
                match channel {
                    Channel::$Control => {}
                    $(Channel::$Name => LiveChannel::<$module::$Wire>::withdrawn(&mut self.$module),)+
                }
            }

            /// Whether what a channel has heard is void as soon as there is no path.
            pub(crate) const fn void_without_path(channel: Channel) -> bool {
                match channel {
                    Channel::$Control => false,
                    $(
                        Channel::$Name => {
                            <<$module::$Wire as WireForm>::Live as LiveChannel<$module::$Wire>>::VOID_WITHOUT_PATH
                        }
                    )+
                }
            }

            /// See [`LiveChannel::room`].
            pub(crate) fn room(&self, channel: Channel, path_room: u32, on_path: usize) -> Option<u32> {
                match channel {
                    Channel::$Control => None,
                    $(
                        Channel::$Name => {
                            LiveChannel::<$module::$Wire>::room(&self.$module, path_room, on_path)
                        }
                    )+
                }
            }

            /// See [`LiveChannel::unshown`], of all together.
            pub(crate) fn unshown(&self) -> usize {
                [$(LiveChannel::<$module::$Wire>::unshown(&self.$module)),+].into_iter().sum()
            }
        }

        /// One message of each channel that a property test may hold to the rules of all.
        #[cfg(test)]
        pub(crate) fn any_message() -> proptest::strategy::BoxedStrategy<WireMessage> {
            use proptest::prelude::*;
            prop_oneof![
                $control::tests::any_message().prop_map(WireMessage::$Control),
                $($module::tests::any_message().prop_map(WireMessage::$Name)),+
            ]
            .boxed()
        }
    };
}
