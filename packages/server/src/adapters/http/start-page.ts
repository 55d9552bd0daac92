/**
 * What a person sees who opens the server's address, or an invitation's link, in a browser. There is no console in this version, so it says
 * what there is instead.
 */
export const START_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Answerback</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
a { color: #0b57d0 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16181c } a { color: #8ab4f8 } }
</style>
</head>
<body>
<main>
<h1>Answerback</h1>
<p>This fax server is up. It has no web console in this version: programs use its API, and people its command line
(<code>npx answerback help</code>).</p>
<ul>
<li><a href="/docs">API reference</a></li>
<li><a href="/docs/errors">What each error means, and what to do</a></li>
<li><a href="/openapi.json">OpenAPI description</a></li>
</ul>
<h2>Were you invited?</h2>
<p>Ask whoever runs this server to take the invitation up for you, or do it yourself as <code>docs/guides/people-and-roles.md</code> tells.
The part of the link after the # sign is the invitation: keep it to yourself. It works once, for seven days.</p>
</main>
</body>
</html>`
