//! Keeps the window's view of the border true: the generated file is committed, and a difference is a failure.

use std::collections::BTreeSet;

use specta_typescript::Typescript;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui/src/host/bindings.ts");

#[test]
fn the_generated_bindings_are_up_to_date() {
    let fresh = tempfile::NamedTempFile::new().unwrap();
    crate::ipc::border().export(Typescript::default(), fresh.path()).unwrap();
    let fresh = std::fs::read_to_string(fresh.path()).unwrap();
    let stored = std::fs::read_to_string(PATH).unwrap_or_default();
    if fresh != stored {
        if std::env::var_os("CI").is_none() {
            std::fs::write(PATH, &fresh).unwrap();
        }
        panic!(
            "ui/src/host/bindings.ts was not what the commands say; it is written anew, look at the difference"
        );
    }
}

#[test]
fn every_command_needs_a_permission_and_each_window_has_only_its_own() {
    let commands: &[&str] = &include!("ipc/commands.in");
    let bindings = std::fs::read_to_string(PATH).unwrap();
    for command in commands {
        assert!(bindings.contains(&format!("\"{command}\"")), "{command} is no command");
    }
    let called = bindings.matches("=> __TAURI_INVOKE<").count();
    assert_eq!(called, commands.len(), "a command is missing in ipc/commands.in");

    let config: serde_json::Value =
        serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let capabilities = config["app"]["security"]["capabilities"].as_array().unwrap();
    assert_eq!(capabilities.len(), 2, "a window more may ask for something");
    let granted = |at: usize, window: &str| {
        assert_eq!(capabilities[at]["windows"], serde_json::json!([window]));
        let permissions = capabilities[at]["permissions"].as_array().unwrap();
        permissions.iter().map(|one| one.as_str().unwrap()).collect::<BTreeSet<_>>()
    };
    let listen = ["core:event:allow-listen", "core:event:allow-unlisten"];
    let captions = ["allow-captions-open", "allow-captions-close"];
    // Any widening must be made here too, where a reader asks why.
    let for_captions = [&listen[..], &captions, &["core:window:allow-start-dragging"]].concat();
    assert_eq!(granted(1, "captions"), BTreeSet::from_iter(for_captions));

    let names: Vec<String> =
        commands.iter().map(|command| format!("allow-{}", command.replace('_', "-"))).collect();
    let mut for_main: BTreeSet<&str> = names.iter().map(String::as_str).chain(listen).collect();
    for_main.retain(|permission| !captions.contains(permission));
    assert_eq!(granted(0, "main"), for_main);
}

/// What is built in is what was read: another file of the platform's, or the environment of a build, could widen it.
#[test]
fn the_built_configuration_is_closed() {
    let context = crate::built_in();
    let built = serde_json::to_value(context.config()).unwrap();
    let read: serde_json::Value = serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let app = &built["app"];
    assert_eq!(app["security"]["csp"], read["app"]["security"]["csp"]);
    let granted = |config: &serde_json::Value| {
        let all = config["app"]["security"]["capabilities"].as_array().unwrap().clone();
        all.into_iter()
            .map(|one| {
                assert!(one["remote"].is_null(), "a page from elsewhere may ask for something");
                (one["identifier"].clone(), one["windows"].clone(), one["permissions"].clone())
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(granted(&built), granted(&read));
    assert_eq!(app["withGlobalTauri"], false);
    assert_eq!(app["windows"], serde_json::json!([]), "the program opens its windows itself");
    let security = &app["security"];
    assert_eq!(security["freezePrototype"], true);
    assert_eq!(security["dangerousDisableAssetCspModification"], false);
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(security["devCsp"], serde_json::Value::Null);
    assert_eq!(security["headers"], serde_json::Value::Null);
    // No plugin is given anything by the configuration.
    assert!(built["plugins"].as_object().is_none_or(serde_json::Map::is_empty));
}

/// Only Tauri's own command line acts on the setting; here the environment of every build does.
#[test]
fn what_no_window_may_call_is_not_built_in() {
    let config: serde_json::Value =
        serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    assert_eq!(config["build"]["removeUnusedCommands"], true);
    // Written by the build script, only where the setting is heeded; what is not in it is left out of the program.
    let path = concat!(env!("OUT_DIR"), "/allowed-commands.json");
    let kept: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let kept: BTreeSet<&str> =
        kept["commands"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let own: &[&str] = &include!("ipc/commands.in");
    assert_eq!(kept, own.iter().copied().collect());
}

/// Any widening of the policy must be made here too, where a reader asks why.
#[test]
fn the_content_policy_is_closed() {
    let config: serde_json::Value =
        serde_json::from_str(include_str!("../tauri.conf.json")).unwrap();
    let policy = config["app"]["security"]["csp"].as_str().unwrap();
    let own = "'self'";
    let mut allowed = std::collections::BTreeMap::from([
        ("default-src", "'none'"),
        ("script-src", own),
        ("style-src", own),
        ("img-src", own),
        ("font-src", own),
        ("worker-src", own),
        ("media-src", own),
        ("object-src", "'none'"),
        ("base-uri", "'none'"),
        ("form-action", "'none'"),
        ("frame-src", "'none'"),
        ("frame-ancestors", "'none'"),
        // The loopback ports are written in at start.
        (
            "connect-src",
            "ipc: http://ipc.localhost wss://streaming.assemblyai.com wss://streaming.eu.assemblyai.com",
        ),
    ]);
    for directive in policy.split(';') {
        let (name, sources) = directive.trim().split_once(' ').unwrap();
        assert_eq!(allowed.remove(name), Some(sources), "{name}");
    }
    assert!(allowed.is_empty(), "missing in the policy: {allowed:?}");
    assert_eq!(config["app"]["security"]["freezePrototype"], true);
    assert_eq!(config["app"]["security"]["assetProtocol"]["enable"], false);
    assert_eq!(config["app"]["withGlobalTauri"], false);
}
