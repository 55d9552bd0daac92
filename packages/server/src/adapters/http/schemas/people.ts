import Type from 'typebox'
import { ROLES } from '../../../domain/access/roles.ts'
import { Closed, Cursor, Limit, ListOf, Nullable, Time } from './common.ts'

const Email = Type.String({ minLength: 3, maxLength: 254 })
const Password = Type.String({ minLength: 1, maxLength: 400 })
const Token = Type.String({ minLength: 20, maxLength: 100, pattern: '^[A-Za-z0-9_-]+$' })
const Name = Type.String({ minLength: 1, maxLength: 100, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
const Role = Type.Enum([...ROLES])
const Modes = Type.Array(Type.Enum(['test', 'live']), { minItems: 1, maxItems: 2, uniqueItems: true })
const Departments = Nullable(
  Type.Array(Type.String({ minLength: 1, maxLength: 80 }), { minItems: 1, maxItems: 50, uniqueItems: true }),
  'Sees received faxes in mailboxes of these departments alone; null: of all.',
)

/** What `PublicKeyCredential.toJSON()` gives (WebAuthn level 3 §5.1); its parts are verified, so what else a browser adds is left alone. */
const CredentialJson = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 1400, pattern: '^[A-Za-z0-9_-]+$' }),
    rawId: Type.String({ minLength: 1, maxLength: 1400 }),
    type: Type.Literal('public-key'),
    response: Type.Object({ clientDataJSON: Type.String({ minLength: 1, maxLength: 4000 }) }),
  },
  { description: 'PublicKeyCredential.toJSON() of the browser.' },
)

const Factors = Closed({ totp: Type.Boolean(), passkey: Type.Boolean() })

export const SignInBody = Closed({ email: Email, password: Password })
export const SignedInReply = Closed({
  status: Type.Enum(['signed_in', 'second_factor']),
  factors: Nullable(Factors, 'What POST /auth/second-factor takes from this person; null when signed in.'),
})
export const SecondFactorBody = Closed({
  code: Type.Optional(
    Type.String({ pattern: '^\\d{6}$', description: 'Six digits of the app.', examples: ['123456'] }),
  ),
  backupCode: Type.Optional(Type.String({ minLength: 16, maxLength: 40 })),
  passkey: Type.Optional(CredentialJson),
})
export const PasskeySignInBody = Closed({ passkey: CredentialJson })
export const AcceptBody = Closed({
  token: Token,
  name: Type.Optional(Name),
  password: Type.Optional(Password),
})
export const Accepted = Closed({
  email: Type.String(),
  isNew: Type.Boolean({ description: 'False: somebody known here, who signs in as before.' }),
})
export const ForgotPasswordBody = Closed({ email: Email })
export const ForgotPasswordReply = Closed({
  status: Type.Literal('accepted'),
  validMinutes: Type.Integer({ description: 'How long the mailed link works.' }),
})
export const ResetPasswordBody = Closed({ token: Token, password: Password })
export const ResetPasswordReply = Closed({ email: Type.String() })
export const SignInMethods = Closed({
  password: Type.Literal(true),
  forgotPassword: Type.Boolean({
    description: 'Whether POST /auth/forgot-password helps; false: an owner or administrator does.',
  }),
  passkey: Type.Literal(true),
  sso: Nullable(Closed({ name: Type.String(), url: Type.String() })),
})

const Descriptor = Closed({
  type: Type.Literal('public-key'),
  id: Type.String(),
  transports: Type.Array(Type.String()),
})
export const PasskeyRequest = Closed({
  challenge: Type.String(),
  rpId: Type.String(),
  timeout: Type.Integer(),
  userVerification: Type.String(),
  allowCredentials: Type.Array(Descriptor),
})
export const PasskeyCreation = Closed({
  challenge: Type.String(),
  rp: Closed({ id: Type.String(), name: Type.String() }),
  user: Closed({ id: Type.String(), name: Type.String(), displayName: Type.String() }),
  pubKeyCredParams: Type.Array(Closed({ type: Type.Literal('public-key'), alg: Type.Integer() })),
  timeout: Type.Integer(),
  attestation: Type.String(),
  authenticatorSelection: Closed({ residentKey: Type.String(), userVerification: Type.String() }),
  excludeCredentials: Type.Array(Descriptor),
})

export const Me = Closed({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  session: Closed({
    id: Type.String(),
    state: Type.Enum(['pending', 'active']),
    secondFactorAt: Nullable(Time),
    endsAt: Type.String({ format: 'date-time', description: 'At the latest.' }),
    idleMinutes: Type.Number({ description: 'It ends after this long without a request.' }),
  }),
  factors: Factors,
  backupCodesLeft: Type.Integer(),
  accounts: Type.Array(
    Closed({
      id: Type.String(),
      name: Type.String(),
      role: Role,
      departments: Departments,
      modes: Modes,
      rights: Closed({ test: Type.Array(Type.String()), live: Type.Array(Type.String()) }),
    }),
    { description: 'Empty while the second factor is still to come.' },
  ),
})

export const TotpSecret = Closed({
  secret: Type.String({ description: 'Base32. Told once.' }),
  uri: Type.String({ description: 'otpauth:// for a QR code.' }),
})
export const TotpConfirmBody = Closed({ code: Type.String({ pattern: '^\\d{6}$', examples: ['123456'] }) })
export const BackupCodes = Closed({
  backupCodes: Type.Array(Type.String(), { description: 'Each signs in once. Told once.' }),
})
export const PasswordBody = Closed({ current: Password, password: Password })

export const Passkey = Closed({
  id: Type.String(),
  name: Type.String(),
  createdAt: Time,
  lastUsedAt: Nullable(Time),
})
export const PasskeyList = Closed({ data: Type.Array(Passkey), nextCursor: Type.Null() })
export const AddPasskeyBody = Closed({ name: Name, passkey: CredentialJson })

const Session = Closed({
  id: Type.String(),
  current: Type.Boolean(),
  method: Type.String(),
  address: Type.String({ description: 'Where it was begun from.' }),
  createdAt: Time,
  lastSeenAt: Type.String({ format: 'date-time', description: 'To half a minute.' }),
  secondFactorAt: Nullable(Time),
})
export const SessionList = Closed({ data: Type.Array(Session), nextCursor: Type.Null() })

export const User = Closed({
  id: Type.String(),
  email: Type.String(),
  name: Type.String(),
  role: Role,
  departments: Departments,
  modes: Modes,
  status: Type.Enum(['active', 'disabled']),
  secondFactor: Type.Boolean({ description: 'Has an authenticator app or a passkey.' }),
  lastSeenAt: Nullable(Time),
  createdAt: Time,
})
export const Invitation = Closed({
  id: Type.String(),
  email: Type.String(),
  role: Role,
  departments: Departments,
  modes: Modes,
  invitedBy: Type.String(),
  createdAt: Time,
  expiresAt: Time,
})
export const UserList = Closed({
  data: Type.Array(User),
  invitations: Type.Array(Invitation),
  nextCursor: Type.Null(),
})
export const InviteBody = Closed({
  email: Email,
  role: Role,
  departments: Type.Optional(Departments),
  modes: Type.Optional(Modes),
})
export const Invited = Closed({
  invitation: Invitation,
  link: Type.String({ description: 'Give it to them. Told once; it works for seven days.' }),
  mailed: Type.Boolean(),
})
export const UpdateUserBody = Closed({
  role: Type.Optional(Role),
  departments: Type.Optional(Departments),
  modes: Type.Optional(Modes),
})
export const DisabledUser = Closed({
  sessionsEnded: Type.Integer(),
  keys: Type.Array(
    Closed({ id: Type.String(), name: Type.String(), livemode: Type.Boolean(), hint: Type.String() }),
    { description: 'Keys they made that still work: revoke or rotate those they may know.' },
  ),
})

const Reason = Type.String({ minLength: 10, maxLength: 500 })
export const BreakGlassBody = Closed({
  reason: Reason,
  minutes: Type.Integer({ minimum: 1, maximum: 60 }),
})
export const BreakGlass = Closed({
  id: Type.String(),
  userId: Type.String(),
  reason: Type.String(),
  createdAt: Time,
  expiresAt: Time,
  reviewedAt: Nullable(Time),
  reviewedBy: Nullable(Type.String()),
  outcome: Nullable(Type.Enum(['justified', 'not_justified'])),
  note: Nullable(Type.String()),
})
export const BreakGlassList = ListOf(BreakGlass)
export const BreakGlassQuery = Closed({
  limit: Limit,
  cursor: Cursor,
  reviewed: Type.Optional(Type.Boolean({ description: 'false: what waits for a review.' })),
})
export const ReviewBody = Closed({
  outcome: Type.Enum(['justified', 'not_justified']),
  note: Type.String({ minLength: 1, maxLength: 500 }),
})
