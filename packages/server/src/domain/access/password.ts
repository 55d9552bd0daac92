/** NIST SP 800-63B-4 §3.1.1.2: fifteen where a password may stand alone, and no rules of composition. */
const LENGTH_MIN = 15
const LENGTH_MAX = 200
/** What people take when fifteen characters are asked for. */
const TIRED = [/^(.)\1*$/u, /^(.{1,5})\1+.{0,4}$/u, /^(?:0?1234567890?|qwertyuiop|abcdefghijklmno)/iu]

/** Of the lists that are tried first, longest first so that none hides another (NIST SP 800-63B-4 §3.1.1.2: a blocklist). */
const TRIED = [
  'password passw0rd p@ssword p@ssw0rd passwort contraseña welcome letmein changeme secret iloveyou sunshine princess football',
  'baseball dragon monkey master login administrator admin qwerty qwertz azerty asdfgh zxcvbn hospital clinic medical doctor nurse',
  'summer winter spring autumn abcdef abc 1234567890 123456789 12345678 1234567 123456 12345 1234 123',
]
  .flatMap((line) => line.split(' '))
  .sort((one, other) => other.length - one.length)

/** Why a password will not do, or `undefined` for one that will. Never repeats it. */
export function weakPassword(password: string, email: string): string | undefined {
  const length = [...password].length
  if (length < LENGTH_MIN) return `A password has ${LENGTH_MIN} characters at least; a few words are easiest.`
  if (length > LENGTH_MAX) return `A password has ${LENGTH_MAX} characters at most.`
  if (TIRED.some((pattern) => pattern.test(password)))
    return 'The password repeats itself or is a row of keys.'
  const folded = password.toLowerCase()
  const [local = ''] = email.toLowerCase().split('@')
  const names = [email.toLowerCase(), 'answerback', ...(local.length >= 4 ? [local] : []), ...TRIED]
  const bare = names.reduce((text, name) => text.replaceAll(name, ''), folded)
  return [...bare].length < 8
    ? 'The password is hardly more than names and words that everybody tries.'
    : undefined
}

/** As it is compared: one address, however it was typed. Plain letters alone: Unicode would fold KELVIN SIGN to k, and one address to another. */
export function foldEmail(email: string): string {
  return email.trim().replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
