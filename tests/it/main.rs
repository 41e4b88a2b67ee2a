//! The one integration binary. Scenarios run the real command in a scrubbed environment; `order` and `generated` hold
//! the shape of the repository.

#![cfg_attr(not(target_os = "linux"), allow(unused_imports, dead_code, reason = "much of what is checked needs Unix"))]

mod action;
mod approving;
mod attacks;
mod bad_input;
mod browser;
mod bypasses;
mod capture;
mod captured_rows;
mod composite;
mod differing;
mod display;
mod ecosystem;
mod every_field;
mod fake_home;
mod fleets;
mod formats;
mod generated;
mod hiding_places;
#[cfg(target_os = "linux")]
mod hijack;
mod honesty;
mod hostile_files;
mod hostile_servers;
mod hostile_text;
mod inert;
mod introduced;
mod install;
mod installation;
#[cfg(unix)]
mod last_server;
mod metamorphic;
mod network;
mod next_step;
mod order;
mod packages;
mod people;
mod pull_request;
mod readme;
mod report;
mod rows;
mod rug_pull;
#[cfg(target_os = "linux")]
mod sandbox;
mod sarif_gate;
mod scene;
mod schemas;
mod secret_places;
mod secret_programs;
mod secret_words;
mod secrets;
mod sentences;
mod suppressions;
#[cfg(unix)]
mod tty;
mod views;
mod volatile;
#[cfg(unix)]
mod walkthrough;
