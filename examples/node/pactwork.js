// Asks `pactwork mock`, which runs the tests with its URL in PACTWORK_MOCK_URL.

/** Sends a request to the control API; a refusal fails the test with its text. */
export async function post(pathOrUrl, body = {}) {
  const url = new URL(pathOrUrl, process.env.PACTWORK_MOCK_URL);
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const content = await answer.json();
  if (!answer.ok) {
    throw new Error(content.detail);
  }
  return content;
}
