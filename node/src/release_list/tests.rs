//! A release that is signed and looked at.

use super::*;

/// Of the bytes `hello` and a line break, by `sha256sum`.
const HELLO: &str = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";

/// A folder with a release of one file.
fn release() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.deb"), "hello\n").unwrap();
    std::fs::write(folder.path().join(SUMS_FILE), format!("{HELLO}  a.deb\n")).unwrap();
    folder
}

#[test]
fn a_signed_release_is_told_from_a_changed_one() {
    let folder = release();
    let key = folder.path().join("release.key");
    let signed = sign_release(folder.path(), &key).unwrap();
    assert!(signed.holds());
    assert_eq!(signed.files, [("a.deb".to_owned(), ReleasedFile::Right)]);
    assert_eq!(sign_release(folder.path(), &key).unwrap().signer, signed.signer, "the same key");
    assert_eq!(check_release(folder.path()).unwrap(), signed);

    std::fs::write(folder.path().join("a.deb"), "hellO\n").unwrap();
    let changed = check_release(folder.path()).unwrap();
    assert_eq!((changed.holds(), changed.files[0].1), (false, ReleasedFile::Wrong));
    std::fs::remove_file(folder.path().join("a.deb")).unwrap();
    let gone = check_release(folder.path()).unwrap();
    assert_eq!((gone.holds(), gone.files[0].1), (false, ReleasedFile::Missing));
}

#[test]
fn a_list_that_was_changed_or_names_files_elsewhere_is_refused() {
    let folder = release();
    sign_release(folder.path(), &folder.path().join("release.key")).unwrap();
    let path = folder.path().join(SIGNED_SUMS_FILE);
    let good = std::fs::read_to_string(&path).unwrap();
    for bad in [good.replacen("a.deb", "b.deb", 1), good.replacen("release 1", "preset 1", 1), String::new()]
    {
        std::fs::write(&path, bad).unwrap();
        assert_eq!(check_release(folder.path()).unwrap_err().key(), "released-not-signed");
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(check_release(folder.path()).unwrap_err().key(), "released-unusable");
    for names in ["../a.deb", "/etc/passwd", ".a", "a b", ""] {
        std::fs::write(folder.path().join(SUMS_FILE), format!("{HELLO}  {names}\n")).unwrap();
        let refused = sign_release(folder.path(), &folder.path().join("release.key"));
        assert_eq!(refused.unwrap_err().key(), "released-not-signed", "{names}");
    }
}

#[test]
fn what_is_not_as_listed_is_not_signed() {
    let folder = release();
    std::fs::write(folder.path().join("a.deb"), "other").unwrap();
    let refused = sign_release(folder.path(), &folder.path().join("release.key"));
    assert_eq!(refused.unwrap_err().key(), "released-unlike");
    assert!(!folder.path().join(SIGNED_SUMS_FILE).exists());
}
