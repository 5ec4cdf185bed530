//! The library's files, opened when a model is read: who has AssemblyAI write never needs them, and they take 4 MB and a part of
//! each start.
//!
//! The crate `sherpa-onnx` is linked to the functions below, which have the names and the types of the library's C interface (as
//! `sherpa-onnx-sys` 2.0.1 declares them) and pass each call on. A function that is missing here is linked to the library as
//! usual, which is then opened with the program: `xtask package` looks for that.

use std::ffi::{c_char, c_void};
use std::ptr::null;
use std::sync::OnceLock;

use libloading::Library;

use crate::EngineError;

/// Looked for as the system looks for any: beside the program, where its `RUNPATH` points to.
const NAME: &str = "libsherpa-onnx-c-api.so";

static FUNCTIONS: OnceLock<Functions> = OnceLock::new();

/// Opens the library unless it is open. It stays so.
pub(super) fn open() -> Result<(), EngineError> {
    if FUNCTIONS.get().is_none() {
        let functions =
            Functions::open().map_err(|source| EngineError::LibraryUnusable { source })?;
        // Where another thread was faster, there is one more count of the same library.
        FUNCTIONS.get_or_init(|| functions);
    }
    Ok(())
}

/// A recogniser, a stream, a configuration: of them, only the address passes through.
type Pointer = *const c_void;

/// Functions of the library, each with the answer that it gives where the library is not open: nothing was made then, and the
/// crate says so to who asked.
macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $answer:ty, or $nothing:expr)?;)*) => {
        #[expect(non_snake_case, reason = "the names of the library")]
        struct Functions {
            $($name: unsafe extern "C" fn($($type),*) $(-> $answer)?,)*
            _library: Library,
        }

        impl Functions {
            #[expect(unsafe_code, reason = "what a library is and does, only its makers know")]
            fn open() -> Result<Self, libloading::Error> {
                // SAFETY: the library that comes with the program; its initialisers expect nothing of who opens it.
                let library = unsafe { Library::new(NAME) }?;
                Ok(Self {
                    // SAFETY: each has the type that the library's header gives it, and is gone no sooner than the library.
                    $($name: *unsafe { library.get(stringify!($name).as_bytes()) }?,)*
                    _library: library,
                })
            }
        }

        $(
            #[expect(unsafe_code, reason = "the name that the crate is linked to")]
            #[unsafe(no_mangle)]
            extern "C" fn $name($($argument: $type),*) $(-> $answer)? {
                let Some(functions) = FUNCTIONS.get() else { return $($nothing)? };
                // SAFETY: the arguments are those that the crate gave, which calls this as it would call the library.
                unsafe { (functions.$name)($($argument),*) }
            }
        )*
    };
}

functions! {
    fn SherpaOnnxGetVersionStr() -> *const c_char, or c"".as_ptr();

    fn SherpaOnnxCreateOnlineRecognizer(config: Pointer) -> Pointer, or null();
    fn SherpaOnnxDestroyOnlineRecognizer(recognizer: Pointer);
    fn SherpaOnnxCreateOnlineStream(recognizer: Pointer) -> Pointer, or null();
    fn SherpaOnnxDestroyOnlineStream(stream: Pointer);
    fn SherpaOnnxOnlineStreamAcceptWaveform(stream: Pointer, rate: i32, samples: *const f32, count: i32);
    fn SherpaOnnxOnlineStreamInputFinished(stream: Pointer);
    fn SherpaOnnxIsOnlineStreamReady(recognizer: Pointer, stream: Pointer) -> i32, or 0;
    fn SherpaOnnxDecodeOnlineStream(recognizer: Pointer, stream: Pointer);
    fn SherpaOnnxGetOnlineStreamResultAsJson(recognizer: Pointer, stream: Pointer) -> *const c_char, or null();
    fn SherpaOnnxDestroyOnlineStreamResultJson(json: *const c_char);

    fn SherpaOnnxCreateOfflineRecognizer(config: Pointer) -> Pointer, or null();
    fn SherpaOnnxDestroyOfflineRecognizer(recognizer: Pointer);
    fn SherpaOnnxCreateOfflineStream(recognizer: Pointer) -> Pointer, or null();
    fn SherpaOnnxDestroyOfflineStream(stream: Pointer);
    fn SherpaOnnxAcceptWaveformOffline(stream: Pointer, rate: i32, samples: *const f32, count: i32);
    fn SherpaOnnxDecodeOfflineStream(recognizer: Pointer, stream: Pointer);
    fn SherpaOnnxGetOfflineStreamResultAsJson(stream: Pointer) -> *const c_char, or null();
    fn SherpaOnnxDestroyOfflineStreamResultJson(json: *const c_char);
}
