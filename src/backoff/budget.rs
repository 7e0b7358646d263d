//! How many retries a host may cost: one bucket of tokens per partition, shared by all requests to it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::RetryKind;

/// Tokens that a partition starts with when the options name no number.
pub const DEFAULT_BUDGET: usize = 500;

const TRANSIENT_COST: usize = 10;
const COST: usize = 5;
/// What a success on the first try gives back.
const FIRST_TRY_REFUND: usize = 1;

/// The tokens of one partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    capacity: usize,
    left: usize,
}

impl Budget {
    pub fn new(capacity: usize) -> Self {
        Self { capacity, left: capacity }
    }

    /// Takes what a retry costs, or the rest when less is left, and says how much that was. `None` when the budget
    /// is empty, and for errors of the client, which no budget pays for.
    pub fn spend(&mut self, kind: RetryKind) -> Option<usize> {
        let price = match kind {
            RetryKind::Transient => TRANSIENT_COST,
            RetryKind::Throttling | RetryKind::ServerError => COST,
            RetryKind::ClientError => return None,
        };
        let cost = price.min(self.left);
        self.left -= cost;
        (cost > 0).then_some(cost)
    }

    /// Pays back after a success: the cost of the last retry, or one token when there was none.
    pub fn reward(&mut self, last_cost: Option<usize>) {
        self.refund(last_cost.unwrap_or(FIRST_TRY_REFUND));
    }

    /// Puts back what [`spend`](Self::spend) took for a retry that will not happen.
    pub fn refund(&mut self, cost: usize) {
        self.left = self.left.saturating_add(cost).min(self.capacity);
    }

    pub fn left(&self) -> usize {
        self.left
    }
}

/// The budgets of all partitions of a strategy.
#[derive(Debug)]
pub struct Budgets {
    capacity: usize,
    partitions: Mutex<HashMap<Vec<u8>, Arc<Mutex<Budget>>>>,
}

impl Budgets {
    /// A capacity of 0 stands for the default.
    pub fn new(capacity: usize) -> Self {
        let capacity = if capacity == 0 { DEFAULT_BUDGET } else { capacity };
        Self { capacity, partitions: Mutex::default() }
    }

    /// The budget of a partition, made at first sight. Names differing in ASCII case are one partition.
    pub fn of(&self, partition: &[u8]) -> Arc<Mutex<Budget>> {
        let mut partitions = self.partitions.lock().unwrap_or_else(PoisonError::into_inner);
        // As a rule it is there, under a name without capitals.
        if let Some(known) = partitions.get(partition) {
            return Arc::clone(known);
        }
        let budget = partitions
            .entry(partition.to_ascii_lowercase())
            .or_insert_with(|| Arc::new(Mutex::new(Budget::new(self.capacity))));
        Arc::clone(budget)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_price() {
        let table =
            [(RetryKind::Transient, 10), (RetryKind::Throttling, 5), (RetryKind::ServerError, 5)];
        for (kind, cost) in table {
            let mut budget = Budget::new(100);
            assert_eq!(budget.spend(kind), Some(cost));
            assert_eq!(budget.left(), 100 - cost);
            assert_eq!(budget.spend(RetryKind::ClientError), None);
            assert_eq!(budget.left(), 100 - cost);
        }
    }

    #[test]
    fn the_rest_is_taken_and_an_empty_budget_refuses() {
        let mut budget = Budget::new(13);
        assert_eq!(budget.spend(RetryKind::Transient), Some(10));
        assert_eq!(budget.spend(RetryKind::ServerError), Some(3));
        assert_eq!(budget.spend(RetryKind::ServerError), None);
        budget.reward(None);
        assert_eq!(budget.spend(RetryKind::Transient), Some(1));
    }

    #[test]
    fn success_pays_back_up_to_the_capacity() {
        let mut budget = Budget::new(20);
        budget.reward(None);
        assert_eq!(budget.left(), 20);
        let cost = budget.spend(RetryKind::Transient);
        budget.spend(RetryKind::Throttling);
        budget.reward(cost);
        assert_eq!(budget.left(), 15);
        budget.reward(Some(10));
        assert_eq!(budget.left(), 20);
    }

    #[test]
    fn partitions_are_told_apart_ignoring_case() {
        let budgets = Budgets::new(0);
        budgets.of(b"Host.example").lock().unwrap().spend(RetryKind::Transient);
        assert_eq!(budgets.of(b"host.EXAMPLE").lock().unwrap().left(), DEFAULT_BUDGET - 10);
        assert_eq!(budgets.of(b"other").lock().unwrap().left(), DEFAULT_BUDGET);
        assert_eq!(Budgets::new(7).of(b"").lock().unwrap().left(), 7);
    }
}
