use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::{StateAction, StateChange, StateError, StateHandler};
use crate::names::unknown;

type Values = Map<String, Value>;
type Changing = Pin<Box<dyn Future<Output = Result<Values, StateError>> + Send>>;
type Change = Box<dyn Fn(Values) -> Changing + Send + Sync>;

/// Rust functions that set provider states, by name: for a provider's own tests.
///
/// Each gets the state's parameters. What it returns are values for the interaction's
/// generators, or `()` for none; any error fails the state by `?`.
///
/// ```
/// use pactwork_provider::StateFunctions;
/// use serde_json::json;
///
/// # struct Orders;
/// # impl Orders {
/// #     async fn add(&self, id: u64) -> Result<u64, std::io::Error> { Ok(id) }
/// #     async fn clear(&self) -> Result<(), std::io::Error> { Ok(()) }
/// # }
/// # static ORDERS: Orders = Orders;
/// let states = StateFunctions::new()
///     .state("an order exists", |params| async move {
///         let id = ORDERS.add(params["id"].as_u64().unwrap_or(7)).await?;
///         Ok(json!({ "id": id }))
///     })
///     .teardown("an order exists", |_params| async { Ok(ORDERS.clear().await?) })
///     .state("no order exists", |_params| async { Ok(()) });
/// # drop(states);
/// ```
#[derive(Default)]
pub struct StateFunctions {
    setup: BTreeMap<String, Change>,
    teardown: BTreeMap<String, Change>,
}

/// The values that a state returns: nothing, a JSON object, or a map.
pub trait StateValues {
    /// They, by name.
    ///
    /// # Errors
    /// A [`StateError`] for JSON that is no object.
    fn into_values(self) -> Result<Map<String, Value>, StateError>;
}

impl StateFunctions {
    /// No function yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The state with this name is set up by this function. A second function for the
    /// same name replaces the first.
    #[must_use]
    pub fn state<F, C, V>(mut self, name: impl Into<String>, setup: F) -> Self
    where
        F: Fn(Map<String, Value>) -> C + Send + Sync + 'static,
        C: Future<Output = Result<V, StateError>> + Send + 'static,
        V: StateValues,
    {
        self.setup.insert(name.into(), boxed(setup));
        self
    }

    /// The state with this name is torn down by this function; without one, nothing is
    /// done after the interaction.
    #[must_use]
    pub fn teardown<F, C, V>(mut self, name: impl Into<String>, teardown: F) -> Self
    where
        F: Fn(Map<String, Value>) -> C + Send + Sync + 'static,
        C: Future<Output = Result<V, StateError>> + Send + 'static,
        V: StateValues,
    {
        self.teardown.insert(name.into(), boxed(teardown));
        self
    }
}

fn boxed<F, C, V>(change: F) -> Change
where
    F: Fn(Values) -> C + Send + Sync + 'static,
    C: Future<Output = Result<V, StateError>> + Send + 'static,
    V: StateValues,
{
    Box::new(move |params| {
        let changing = change(params);
        Box::pin(async { changing.await.and_then(V::into_values) })
    })
}

impl StateValues for () {
    fn into_values(self) -> Result<Map<String, Value>, StateError> {
        Ok(Map::new())
    }
}

impl StateValues for Map<String, Value> {
    fn into_values(self) -> Result<Map<String, Value>, StateError> {
        Ok(self)
    }
}

impl StateValues for Value {
    fn into_values(self) -> Result<Map<String, Value>, StateError> {
        match self {
            Value::Object(values) => Ok(values),
            other => Err(StateError::new(format!(
                "the state returned {other}, expected an object of values by name"
            ))),
        }
    }
}

impl fmt::Debug for StateFunctions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StateFunctions")
            .field("setup", &self.setup.keys())
            .field("teardown", &self.teardown.keys())
            .finish()
    }
}

#[async_trait]
impl StateHandler for StateFunctions {
    async fn change(&self, change: &StateChange<'_>) -> Result<Map<String, Value>, StateError> {
        let name = change.state.name.as_str();
        let function = match change.action {
            StateAction::Setup => self.setup.get(name),
            StateAction::Teardown => self.teardown.get(name),
        };
        match (function, change.action) {
            (Some(function), _) => function(change.state.params.clone()).await,
            (None, StateAction::Teardown) => Ok(Map::new()),
            (None, StateAction::Setup) => {
                Err(StateError::new(unknown("state", name, self.setup.keys())))
            }
        }
    }
}
