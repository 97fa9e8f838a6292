//! What a program is made of, for whoever has to know: a list of all crates in it with version, licence and
//! hash, in CycloneDX's JSON.
//!
//! It has no date and no number of its own, so the same lock file gives the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::tree::{PackagedProgram, write};
use super::{PackageRun, VERSION, notices};
use crate::Problem;
use crate::run::root;

/// Writes the list of a program's crates and returns the file.
pub(super) fn pack(program: &PackagedProgram, package: &PackageRun) -> Result<PathBuf, Problem> {
    let lock = root().join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let made = package.out.join(format!("{}-{VERSION}.cdx.json", program.name));
    write(&made, &json(program.name, &notices::crates(program.krate)?, &sums_in(&lock)))?;
    Ok(made)
}

/// The hash of each crate, by name with version.
fn sums_in(lock: &str) -> BTreeMap<String, String> {
    let package = |package: &str| {
        let value = |name: &str| {
            let line = package.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim_matches('"').to_owned())
        };
        let (name, version) = (value("name = ")?, value("version = ")?);
        Some((format!("{name} {version}"), value("checksum = ")?))
    };
    lock.split("[[package]]").filter_map(package).collect()
}

/// The list, of crates by name with version, and their licences.
fn json(name: &str, crates: &BTreeMap<String, String>, sums: &BTreeMap<String, String>) -> String {
    let component = |(krate, licence): (&String, &String)| {
        let (name, version) = krate.split_once(' ').unwrap_or((krate, ""));
        let purl = format!("pkg:cargo/{name}@{version}");
        let mut text = format!(
            "    {{\"type\": \"library\", \"bom-ref\": {}, \"name\": {}, \"version\": {}, \"purl\": {}",
            quoted(&purl),
            quoted(name),
            quoted(version),
            quoted(&purl)
        );
        if !licence.is_empty() {
            // Older crates part licences in a way that SPDX doesn't know.
            let licence = licence.replace('/', " OR ");
            text += &format!(", \"licenses\": [{{\"expression\": {}}}]", quoted(&licence));
        }
        if let Some(sum) = sums.get(krate) {
            text += &format!(", \"hashes\": [{{\"alg\": \"SHA-256\", \"content\": {}}}]", quoted(sum));
        }
        text + "}"
    };
    let components: Vec<String> = crates.iter().map(component).collect();
    let own = format!(
        "{{\"type\": \"application\", \"bom-ref\": {0}, \"name\": {0}, \"version\": {1}, \
         \"licenses\": [{{\"expression\": \"MIT OR Apache-2.0\"}}]}}",
        quoted(name),
        quoted(VERSION)
    );
    format!(
        "{{\n  \"bomFormat\": \"CycloneDX\",\n  \"specVersion\": \"1.5\",\n  \"version\": 1,\n  \
         \"metadata\": {{\"component\": {own}}},\n  \"components\": [\n{}\n  ]\n}}\n",
        components.join(",\n")
    )
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted += &format!("\\u{:04x}", u32::from(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_crate_has_its_licence_and_its_hash() {
        let lock = "version = 4\n\n[[package]]\nname = \"serde\"\nversion = \"1.0.1\"\nchecksum = \"00ff\"\n\n\
                    [[package]]\nname = \"own\"\nversion = \"0.1.0\"\n";
        let sums = sums_in(lock);
        assert_eq!(sums.len(), 1);
        let crates = BTreeMap::from([
            ("serde 1.0.1".to_owned(), "MIT/Apache-2.0".to_owned()),
            ("odd\" 2".to_owned(), String::new()),
        ]);
        let text = json("beistand", &crates, &sums);
        assert!(text.contains(
            "\"purl\": \"pkg:cargo/serde@1.0.1\", \"licenses\": [{\"expression\": \"MIT OR Apache-2.0\"}], \
             \"hashes\": [{\"alg\": \"SHA-256\", \"content\": \"00ff\"}]}"
        ));
        assert!(
            text.contains("\"name\": \"odd\\\"\", \"version\": \"2\", \"purl\": \"pkg:cargo/odd\\\"@2\"}")
        );
        assert_eq!(text, json("beistand", &crates, &sums));
    }
}
