//! The one integration binary. Scenarios run the real command in a scrubbed environment; `order` and `generated` hold
//! the shape of the repository.

mod bad_input;
mod capture;
mod generated;
mod honesty;
mod hostile_text;
mod order;
mod report;
mod rug_pull;
mod scene;
mod sentences;
