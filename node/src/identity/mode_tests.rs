//! Keys in files that others can read or replace.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use super::{IdentityError, load_or_create};
use crate::words::{Language, Phrase, Words};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_key_and_its_folder_are_the_owners_alone() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("beistand");
    let path = folder.join("identity.key");
    load_or_create(&path).unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    assert_eq!(std::fs::metadata(&path).unwrap().nlink(), 1);
}

#[test]
fn a_key_that_others_can_read_is_refused_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.key");
    let key = *load_or_create(&path).unwrap().to_bytes();
    for mode in [0o640, 0o604, 0o620, 0o601, 0o644, 0o666, 0o777] {
        set_mode(&path, mode);
        let error = load_or_create(&path).unwrap_err();
        assert!(matches!(error, IdentityError::Open { mode: said, .. } if said == mode), "{error:?}");
        let said = Words::of_node(Language::English).say(&Phrase::from(&error));
        assert!(said.contains(&format!("{mode:03o}")) && said.contains("chmod 600"), "{said}");
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, mode, "nothing is repaired");
    }
    for mode in [0o600, 0o400] {
        set_mode(&path, mode);
        assert_eq!(*load_or_create(&path).unwrap().to_bytes(), key);
    }
}

#[test]
fn a_key_in_a_folder_that_others_can_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity.key");
    load_or_create(&path).unwrap();
    for mode in [0o770, 0o777, 0o722] {
        set_mode(folder.path(), mode);
        assert!(matches!(load_or_create(&path), Err(IdentityError::OfOthers { .. })), "{mode:o}");
    }
    for mode in [0o755, 0o1777] {
        set_mode(folder.path(), mode);
        load_or_create(&path).unwrap();
    }
}

#[test]
fn a_link_to_an_open_file_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (target, path) = (folder.path().join("target"), folder.path().join("identity.key"));
    std::fs::write(&target, [1; 32]).unwrap();
    set_mode(&target, 0o644);
    std::os::unix::fs::symlink(&target, &path).unwrap();
    assert!(matches!(load_or_create(&path), Err(IdentityError::Open { .. })));
}
