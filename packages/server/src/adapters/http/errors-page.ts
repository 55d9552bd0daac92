import { PROBLEMS, type ProblemCode } from '../../domain/problem/problem.ts'
import { PROBLEM_CODES, statusOfProblem } from '../web/problem-status.ts'

const INTRODUCTION =
  'Every refusal is a problem (RFC 9457): `code` is stable, `title` says what is wrong, `detail` what is wrong in this ' +
  'case, `field` where, `fix` what to do. `retryable` says whether the very same request may succeed later; when it may, ' +
  'send it again with the same `Idempotency-Key`. `requestId` is what the operator can find in the log.'

/** `docs/reference/errors.md`: a test holds the committed file to this. */
export function errorsMarkdown(): string {
  const sections = PROBLEM_CODES.map((code) => {
    const { sentence, fix, retryable } = PROBLEMS[code]
    const facts = `HTTP ${statusOfProblem(code)}. ${retryable ? 'May succeed later.' : 'Will not succeed unchanged.'}`
    return `<a id="${code}"></a>\n## \`${code}\`\n\n${sentence}\n\n${facts}\n\nWhat to do: ${fix}\n`
  })
  return `# Errors\n\n<!-- Generated: see packages/server/test/http/reference.db.test.ts -->\n\n${INTRODUCTION}\n\n${sections.join('\n')}`
}

/** The same for a browser: what `docUrl` in a problem points to. */
export function errorsPage(): string {
  const sections = PROBLEM_CODES.map(section).join('\n')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Errors · Answerback</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff }
h2 { font: 600 1rem ui-monospace, monospace; margin: 2rem 0 .25rem } p { margin: .25rem 0 } :target { background: #fff3c4 }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #16181c } :target { background: #4a3f16 } }
</style>
</head>
<body>
<main>
<h1>Errors</h1>
<p>${markedUp(INTRODUCTION)}</p>
${sections}
</main>
</body>
</html>`
}

function section(code: ProblemCode): string {
  const { sentence, fix, retryable } = PROBLEMS[code]
  const later = retryable ? 'May succeed later.' : 'Will not succeed unchanged.'
  return `<section id="${code}"><h2>${code}</h2><p>${escaped(sentence)}</p><p>HTTP ${statusOfProblem(code)}. ${later}</p><p><strong>What to do:</strong> ${escaped(fix)}</p></section>`
}

function markedUp(text: string): string {
  return escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
