//! The one integration binary. Scenarios run the real command in a scrubbed environment; `order` and `generated` hold
//! the shape of the repository.

mod order;
