/// What stands for the placeholders in a command, or in a variable for it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placeholders {
    /// `{port}`: where an instance of the provider listens; it stays where it stands if
    /// that is not known.
    pub(crate) port: Option<u16>,
    /// `{instance}`: its number, from 1.
    pub(crate) instance: usize,
}

impl Placeholders {
    pub(crate) fn fill(self, text: &str) -> String {
        let text = text.replace("{instance}", &self.instance.to_string());
        match self.port {
            Some(port) => text.replace("{port}", &port.to_string()),
            None => text,
        }
    }

    /// A command's variables, beside those inherited: `PORT` and `PACTWORK_INSTANCE`, and
    /// those given.
    pub(crate) fn variables(self, given: &[(String, String)]) -> Vec<(String, String)> {
        let port = self.port.map(|port| ("PORT".to_owned(), port.to_string()));
        let instance = ("PACTWORK_INSTANCE".to_owned(), self.instance.to_string());
        let given = given.iter();
        let given = given.map(|(name, value)| (name.clone(), self.fill(value)));
        port.into_iter().chain([instance]).chain(given).collect()
    }

    /// The same for a command that is told where the provider listens.
    pub(crate) fn variables_at(
        self,
        given: &[(String, String)],
        base_url: Option<&str>,
    ) -> Vec<(String, String)> {
        let base_url = base_url.map(|url| ("PACTWORK_BASE_URL".to_owned(), url.to_owned()));
        self.variables(given).into_iter().chain(base_url).collect()
    }
}

/// The port of a base URL.
pub(crate) fn port_of(base_url: &str) -> Option<u16> {
    url::Url::parse(base_url).ok()?.port_or_known_default()
}
