//! A pack that is not whole is told as such, by name, before the library sees it.

use std::fs;
use std::path::{Path, PathBuf};

use sotto_engine::{Engine, EngineError};

const FILES: [&str; 3] = ["encoder_model.ort", "decoder_model_merged.ort", "tokens.txt"];

/// A copy of the pack's model with one file changed.
fn changed(name: &str, change: impl FnOnce(&Path)) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    let folder = copy.path().join("moonshine-tiny-en");
    fs::create_dir(&folder).unwrap();
    for file in FILES {
        fs::copy(crate::pack().join("moonshine-tiny-en").join(file), folder.join(file)).unwrap();
    }
    change(&folder.join(name));
    copy
}

#[test]
fn a_missing_file_is_named() {
    for name in FILES {
        let pack = changed(name, |file| fs::remove_file(file).unwrap());
        let error = Engine::load(pack.path()).unwrap_err();
        let expected: PathBuf = pack.path().join("moonshine-tiny-en").join(name);
        assert!(
            matches!(&error, EngineError::FileMissing { path } if *path == expected),
            "{error}"
        );
    }
}

#[test]
fn files_that_are_something_else_are_damaged() {
    for name in FILES {
        for content in ["", "<html>not found</html>"] {
            let pack = changed(name, |file| fs::write(file, content).unwrap());
            let error = Engine::load(pack.path()).unwrap_err();
            assert!(
                matches!(&error, EngineError::FileDamaged { path, .. } if path.ends_with(name)),
                "{error}"
            );
        }
    }
}
