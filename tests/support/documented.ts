/** What the pages of the documentation tell people to type or to call, taken out of their code. */

/** A code span, a fenced block or an indented one. */
const CODE = /^(```|~~~)[^\n]*\n([\s\S]*?)^\1|^(?: {4}|\t).*(?:\n(?: {4}|\t).*)*|`([^`\n]+)`/gm

/** The code of a page, lines that end in a backslash joined to the next. */
export function codeOf(page: string): string[] {
  return [...page.matchAll(CODE)].flatMap(([whole, fence, block, span]) =>
    (fence === undefined ? (span ?? whole) : block!).replace(/\\\n\s*/g, ' ').split('\n'),
  )
}

/** `answerback …` wherever a line of code runs it: the words after it, up to what ends a command in a shell. */
export function commandsOf(code: readonly string[]): string[][] {
  return code.flatMap((line) =>
    [...line.matchAll(/(?:^|[\s($&;])(?:npx |\.\/|node_modules\/\.bin\/)?answerback +([a-z][^\n]*)/g)].map(
      ([, rest]) => wordsOf(rest!),
    ),
  )
}

function wordsOf(rest: string): string[] {
  const command = rest.replace(/(?:\s#|\s[|>&;]|;|\)).*$/, '')
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare!,
  )
}

export interface NamedRoute {
  /** Absent where only the address stands. */
  readonly method: string | undefined
  readonly path: string
}

const ADDRESS =
  /(?:\b(GET|POST|PUT|PATCH|DELETE) )?(?:https?:\/\/[^/\s"']+|["']?\$\{?[A-Z]+\}?)?(\/(?:v1|v2|auth)\/[^\s"'?`,;)]*)/g

/** Addresses of the API, with the method that stands before them or that a command line sends. */
export function routesOf(code: readonly string[]): NamedRoute[] {
  return code.flatMap((line) =>
    [...line.matchAll(ADDRESS)].map(([, method, path]) => ({
      method: method ?? sentBy(line),
      path: path!.replace(/[.:…]+$/, ''),
    })),
  )
}

/** By curl, or by a function of a guide that hands its words on to curl. */
function sentBy(line: string): string | undefined {
  if (!/^\s*(?:\$ )?(?:\w+=\$\()?(?:curl|ask|page) /.test(line)) return undefined
  return / -X (\w+)/.exec(line)?.[1] ?? (/ (?:-d|-F|--data)\b/.test(line) ? 'POST' : 'GET')
}

/** Whether an address, in which ids are written as `{id}`, `:id`, `$ID` or `fax_…`, is one of a route such as `GET /v2/faxes/:id`. */
export function isRoute({ method, path }: NamedRoute, routes: readonly string[]): boolean {
  const segments = path.replace(/\/$/, '').split('/')
  return routes.some((route) => {
    const [routeMethod, routePath] = route.split(' ')
    const wanted = routePath!.split('/')
    if (method !== undefined && method !== routeMethod) return false
    return (
      wanted.length === segments.length && wanted.every((segment, index) => fits(segment, segments[index]!))
    )
  })
}

function fits(wanted: string, given: string): boolean {
  return wanted.startsWith(':')
    ? /^(?:\{\w+\}|:\w+|\$\w+|[a-z]{3}_\S*|[A-Z]+)$/.test(given)
    : wanted === given
}
