//! What follows from the list of features: commands, events, verbs, and each side's set of slots.

/// Makes of the list of features all that depends on which there are.
macro_rules! features {
    ($($name:ident: $room:ident {
        $host:ident, $technician:ident, $command:ident, $event:ident, needs: [$($need:ident),*] $(,)?
    })+) => {
        /// What a person wants of a feature.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum FeatureCommand {
            $(#[doc = concat!("Of the feature `", stringify!($room), "`.")] $name($command),)+
        }

        /// What a feature has to tell.
        #[derive(Debug, Clone)]
        pub enum FeatureEvent {
            $(#[doc = concat!("Of the feature `", stringify!($room), "`.")] $name($event),)+
        }

        $(
            impl From<$command> for FeatureCommand {
                fn from(command: $command) -> Self {
                    Self::$name(command)
                }
            }

            impl From<$command> for NodeCommand {
                fn from(command: $command) -> Self {
                    Self::Feature(command.into())
                }
            }

            impl From<$event> for FeatureEvent {
                fn from(event: $event) -> Self {
                    Self::$name(event)
                }
            }

            impl From<$event> for NodeEvent {
                fn from(event: $event) -> Self {
                    Self::Feature(event.into())
                }
            }
        )+

        /// The texts of the features.
        pub(crate) const FEATURE_ROOMS: &[WordRoom] = &[$(feature_room!($room)),+];

        /// What this build can do on this system, if the user allows it.
        pub fn offers() -> PermissionSet {
            let listed = PermissionSet::NONE$($(.with(Permission::$need))*)+;
            listed.intersection(beistand_platform::offered())
        }

        /// What a technician asks for where nobody says anything else.
        pub fn usual_wants() -> PermissionSet {
            offers().difference(PermissionSet::BY_NAME)
        }

        /// The shortest word for a permission: the key of a text. None where no feature needs it.
        pub(crate) fn permission_word(permission: Permission) -> Option<&'static str> {
            let all = [$(<$event as Tell>::MAY,)+];
            all.into_iter().flatten().find(|(one, _)| *one == permission).map(|(_, word)| *word)
        }

        /// An entry of the journal of what was changed on this machine, as its feature knows it. None where
        /// no feature of this program does: a newer one made it.
        pub(crate) fn journalled(entry: &DeedEntry) -> Option<Box<dyn JournalledDeed>> {
            None$(.or_else(|| $command::journalled(entry)))+
        }

        impl FeatureCommand {
            /// Reads a line that the person on the side of `role` typed; one line may be several commands.
            /// `None` where no feature of that side has such a verb.
            ///
            /// # Errors
            /// What is wrong with the line, for whoever typed it.
            pub fn parse(role: Role, line: &str) -> Option<Result<Vec<Self>, Phrase>> {
                let (word, rest) = split_verb(line);
                $(
                    let ours = |usage: &VerbUsage| usage.word() == word && usage.is_for(role);
                    if $command::USAGES.iter().any(ours)
                        && let Some(commands) = $command::parse(word, rest)
                    {
                        return Some(commands.map(|all| all.into_iter().map(Self::$name).collect()));
                    }
                )+
                None
            }

            /// Whether the user keeps something back by it that was shared.
            pub fn narrows(&self) -> bool {
                match self {
                    $(Self::$name(command) => command.narrows(),)+
                }
            }

            /// What the technician could do more after this than before: only a hand of the user's says it.
            pub fn widening(&self) -> Option<FeatureWidening> {
                match self {
                    $(Self::$name(command) => command.widening(),)+
                }
            }

            /// The command by which less than all of `permission` is allowed, where `rest` stands behind that
            /// permission in the user's answer.
            ///
            /// # Errors
            /// What is wrong with it, for whoever typed it. `None` where the permission can't be divided.
            pub fn part_of(permission: Permission, rest: &str) -> Option<Result<Self, Phrase>> {
                $(
                    if let Some(part) = $command::part_of(permission, rest) {
                        return Some(part.map(Self::$name));
                    }
                )+
                None
            }

            /// How the verbs of `role`'s side are typed.
            pub fn usages(role: Role) -> impl Iterator<Item = &'static str> {
                [$($command::USAGES,)+]
                    .into_iter()
                    .flatten()
                    .filter(move |usage| usage.is_for(role))
                    .map(|usage| usage.usage)
            }
        }

        impl FeatureEvent {
            /// The event as a JSON object, its kind in the field `event`. What is for a person in it is said
            /// with `words`.
            pub fn json(&self, words: &Words) -> Value {
                match self {
                    $(Self::$name(event) => event.json(words),)+
                }
            }

            /// How far something is that takes a while; `None` for everything else.
            pub fn advance(&self) -> Option<TaskAdvance> {
                match self {
                    $(Self::$name(event) => event.advance(),)+
                }
            }

            /// What the person whose side is `role` is told of the event; `None` where there is nothing to
            /// tell.
            pub fn phrase(&self, role: Role) -> Option<Phrase> {
                match self {
                    $(Self::$name(event) => event.phrase(role),)+
                }
            }
        }

        slots! { HostSlots, HostWorld, Role::Host, $($name $room $host [$($need),*],)+ }
        slots! { TechnicianSlots, TechnicianWorld, Role::Technician, $($name $room $technician [$($need),*],)+ }
    };
}

/// The texts of one feature, in its folder.
macro_rules! feature_room {
    ($room:ident) => {
        WordRoom {
            prefix: stringify!($room),
            english: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/features/",
                stringify!($room),
                "/words/en.ftl"
            )),
            german: include_str!(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/features/",
                stringify!($room),
                "/words/de.ftl"
            )),
        }
    };
}

/// One side's set of slots.
macro_rules! slots {
    ($slots:ident, $world:ident, $role:expr, $($name:ident $room:ident $side:ident [$($need:ident),*],)+) => {
        #[doc = concat!("A slot per feature, with what [`", stringify!($world), "`] offers.")]
        pub(crate) struct $slots {
            $($room: SlotHandle<$side>,)+
        }

        impl FeatureSlots for $slots {
            type World = $world;

            const ROLE: Role = $role;

            fn start(world: &$world, mut wires: SlotWires) -> Self {
                $(
                    let context = SideContext {
                        outbox: Outbox::new(wires.commands.clone()),
                        events: EventEmitter::new(wires.events.clone())
                            .noting(stringify!($room), world.questions()),
                        world: world.into(),
                        role: $role,
                        load: SideLoadMeter::default(),
                    };
                    let $room = SlotHandle::start(
                        stringify!($room),
                        PermissionSet::NONE$(.with(Permission::$need))*,
                        context,
                        <$side as Side>::Message::take(&mut wires.inboxes),
                        wires.faults.clone(),
                        wires.standing,
                    );
                )+
                Self { $($room,)+ }
            }

            fn set(&self, standing: Option<Standing>) {
                $(self.$room.set(standing);)+
            }

            async fn settle(&self) {
                tokio::join!($(self.$room.settle(),)+);
            }

            fn command(&self, command: FeatureCommand) {
                match command {
                    $(FeatureCommand::$name(command) => self.$room.command(command),)+
                }
            }

            fn room(&self, command: &FeatureCommand) -> Option<LaterTurn> {
                match command {
                    $(FeatureCommand::$name(command) => self.$room.room(command),)+
                }
            }

            fn idle(&self) -> LaterTurn {
                let all = [$(self.$room.idle()),+];
                Box::pin(async move {
                    for one in all {
                        one.await;
                    }
                })
            }

            fn refused(&self, channel: Channel) {
                $(self.$room.refused(channel);)+
            }
        }
    };
}
