//! All broken machines, by what is broken in them.

mod disks;
mod intruders;
mod network;
mod packages;
mod system;

use std::sync::OnceLock;

use crate::MachineRecipe;

/// All of them, in the order of the table.
pub fn recipes() -> &'static [&'static MachineRecipe] {
    static ALL: OnceLock<Vec<&'static MachineRecipe>> = OnceLock::new();
    ALL.get_or_init(|| {
        let subjects =
            [disks::RECIPES, system::RECIPES, network::RECIPES, packages::RECIPES, intruders::RECIPES];
        subjects.into_iter().flatten().collect()
    })
}

/// The machine of this name.
pub fn recipe_named(name: &str) -> Option<&'static MachineRecipe> {
    recipes().iter().copied().find(|recipe| recipe.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_machine_has_a_name_of_its_own_and_there_are_enough() {
        let names: BTreeSet<&str> = recipes().iter().map(|recipe| recipe.name).collect();
        assert_eq!(names.len(), recipes().len());
        assert!(names.len() >= 25, "{}", names.len());
        assert!(recipe_named("a full disk").is_some() && recipe_named("").is_none());
    }
}
