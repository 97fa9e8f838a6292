//! Broken machines, made in namespaces: each is named by what looks at it, and whole ones are not.

use beistand_machines::{MachineLab, MachineRecipe, is_root, recipes};

/// Machines at a time: other tests run beside, and each waits for most of its time.
const AT_A_TIME: usize = 3;

#[test]
fn each_broken_machine_is_named_and_no_whole_one() {
    if !is_root() {
        let text = "SKIPPED: this needs namespaces, and those need root\n";
        std::io::Write::write_all(&mut std::io::stderr(), text.as_bytes()).ok();
        return;
    }
    let lab = MachineLab::new(env!("CARGO_BIN_EXE_beistand-machines"), None, AT_A_TIME);
    let made_here = |recipe: &&MachineRecipe| !recipe.only_in_full && lab.lacks(recipe).is_none();
    let made_here: Vec<&'static MachineRecipe> = recipes().iter().copied().filter(made_here).collect();
    assert!(made_here.len() >= 25, "{}", made_here.len());
    let (results, faults) = lab.run_all(&made_here, &|_| {});
    assert!(faults.is_empty(), "{faults:#?}");
    assert_eq!(results.len(), made_here.len());
}
