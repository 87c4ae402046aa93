//! A command as a WebAssembly image: says what it was given, waits, and ends with the status that it was told.
//!
//! `hello-job [--wait-ms N] [--exit CODE] [--allocate-mib N] [words…]`

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let mut words = Vec::new();
    let mut wait_ms = 0;
    let mut exit = 0;
    let mut allocate_mib = 0_usize;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
        match argument.as_str() {
            "--wait-ms" => wait_ms = number(),
            "--exit" => exit = u8::try_from(number()).unwrap_or(1),
            "--allocate-mib" => allocate_mib = usize::try_from(number()).unwrap_or(0),
            _ => words.push(argument),
        }
    }
    let pod = std::env::var("POD_NAME").unwrap_or_else(|_| "unknown".into());
    println!("hello-job in pod {pod} was told: {}", words.join(" "));
    let held = std::hint::black_box(vec![1_u8; allocate_mib << 20]);
    std::thread::sleep(Duration::from_millis(wait_ms));
    if exit != 0 {
        eprintln!("ending with status {exit}, as told, holding {} bytes", held.len());
    }
    ExitCode::from(exit)
}
