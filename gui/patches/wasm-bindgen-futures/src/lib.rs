//! Empty: libp2p-swarm 0.48 pins `wasm-bindgen-futures = "=0.4.58"`, which in turn pins a `js-sys` older than
//! the one that egui 0.37 asks for, so that no lock file could hold both. Only WebAssembly builds would
//! compile it, and Beistand has none.
