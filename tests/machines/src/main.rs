//! `beistand-machines`: breaks machines in namespaces, has them looked at, and prints a table.

#![allow(clippy::print_stdout, clippy::print_stderr)] // What it is for.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use beistand_inspect::Verdict;
use beistand_machines::{
    MachineLab, MachineRecipe, SeenBy, hold, is_root, line_text, listen, litter, mend_as_user, mine, recipes,
    route, session, stage, table, undo_as_user,
};

const USAGE: &str = "Usage: beistand-machines [--on FOLDER] [NAME ...]
                                       break these machines, or all, and print a table; some need a fresh
                                       system with a desktop in FOLDER, which stays as it is
       beistand-machines list
       beistand-machines clean FOLDER ...
                                       look at whole systems in folders, which stay as they are

As root. Run it by `cargo xtask machines`.";

/// Machines at a time: each waits for most of its time.
const AT_A_TIME: usize = 2;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["route"] => route(),
        ["mine"] => mine(),
        ["litter"] => litter(),
        ["mend", name] => mend_as_user(name).map(|number| println!("{number}")),
        ["undo", number] => number.parse().map_err(|_| "no number".to_owned()).and_then(undo_as_user),
        ["hold", megabytes] => match megabytes.parse() {
            Ok(megabytes) => hold(megabytes),
            Err(_) => Err("no number".to_owned()),
        },
        ["listen", port] => port.parse().map_err(|_| "no port".to_owned()).and_then(listen),
        ["session", name, by] => seer(by).and_then(|by| session(name, by)),
        ["stage", name, by, ref root @ ..] => seer(by).and_then(|by| {
            println!("{}", stage(name, by, root.first().map(Path::new))?);
            Ok(())
        }),
        ["list"] => {
            for recipe in recipes() {
                println!("{}", recipe.name);
            }
            Ok(())
        }
        ["--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ if !is_root() => Err("namespaces need root: run this as root".to_owned()),
        ["clean", ref roots @ ..] => clean(roots),
        ["--on", fresh, ref names @ ..] => machines(Some(fresh), names),
        ref names => machines(None, names),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn seer(word: &str) -> Result<SeenBy, String> {
    SeenBy::from_word(word).ok_or_else(|| format!("nobody is called {word}"))
}

fn lab(fresh: Option<&str>) -> Result<MachineLab, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Ok(MachineLab::new(program, fresh.map(PathBuf::from), AT_A_TIME))
}

fn machines(fresh: Option<&str>, names: &[&str]) -> Result<(), String> {
    let lab = lab(fresh)?;
    let wanted = |recipe: &&MachineRecipe| names.is_empty() || names.contains(&recipe.name);
    let wanted = recipes().iter().copied().filter(wanted);
    let (absent, wanted): (Vec<_>, Vec<_>) = wanted.partition(|recipe| lab.lacks(recipe).is_some());
    let (results, faults) = lab.run_all(&wanted, &|result| eprintln!("{}", result.recipe.name));
    println!("{}", table(&results));
    for recipe in absent {
        println!("Not made here: {} (needs {}).", recipe.name, lab.lacks(recipe).unwrap_or_default());
    }
    if faults.is_empty() {
        return Ok(());
    }
    let faults: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.name, fault.why)).collect();
    Err(faults.join("\n"))
}

fn clean(roots: &[&str]) -> Result<(), String> {
    let lab = lab(None)?;
    let mut all = Vec::new();
    println!("| system | lines | broken | look here | which | ms |\n|---|---|---|---|---|---|");
    for root in roots {
        let (seen, alarms) = lab.clean_root(Path::new(root))?;
        let count = |verdict| seen.of(verdict).count();
        let (broken, look) = (count(Verdict::Broken), count(Verdict::Look));
        let looks: Vec<String> = seen.of(Verdict::Look).map(line_text).collect();
        let lines = seen.lines.len();
        let name = Path::new(root).file_name().unwrap_or_default().to_string_lossy();
        println!("| {name} | {lines} | {broken} | {look} | {} | {} |", looks.join("; "), seen.millis);
        all.extend(alarms.into_iter().map(|alarm| format!("{root}: {alarm}")));
    }
    if all.is_empty() { Ok(()) } else { Err(all.join("\n")) }
}
