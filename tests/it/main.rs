//! The one integration binary. Scenarios run the real command in a scrubbed environment; `order` and `generated` hold
//! the shape of the repository.

mod approving;
mod bad_input;
mod capture;
mod generated;
mod honesty;
mod hostile_text;
mod order;
mod people;
mod pull_request;
mod report;
mod rug_pull;
mod scene;
mod suppressions;
mod walkthrough;
