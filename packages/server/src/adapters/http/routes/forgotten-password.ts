import {
  forgotPassword,
  RESET_MINUTES,
  resetPassword,
} from '../../../application/people/forgotten-password.ts'
import { mailPasswordChanged } from '../../../application/people/password-mail.ts'
import { PUBLIC } from '../../web/route-access.ts'
import type { WebApp } from '../../web/web-app.ts'
import type { ApiContext } from '../api-context.ts'
import {
  ForgotPasswordBody,
  ForgotPasswordReply,
  ResetPasswordBody,
  ResetPasswordReply,
} from '../schemas/people.ts'
import { guardSignIn, SIGN_IN_BYTES_MAX, sourceOfRequest } from '../sign-in-context.ts'

const tags = ['Sign-in']
const bodyLimit = SIGN_IN_BYTES_MAX
const OPEN = ['auth.cross_site', 'limit.rate'] as const

/** Back in for whoever forgot their password, by a link that is mailed. */
export function registerForgottenPassword(app: WebApp, { services, options }: ApiContext): void {
  const onRequest = guardSignIn(app, options)
  app.post(
    '/auth/forgot-password',
    {
      config: { access: PUBLIC, problems: ['auth.reset_not_set_up', 'limit.sign_in', ...OPEN] },
      bodyLimit,
      onRequest,
      schema: {
        tags,
        summary: 'Ask for a new password',
        description:
          'Mails a link that works once, for half an hour, when somebody signs in here with this address. The reply is the same, and as fast, when nobody does. Three times in a quarter of an hour for one name, ten from one address.',
        body: ForgotPasswordBody,
        response: { 202: ForgotPasswordReply },
      },
    },
    async (request, reply) => {
      const work = await forgotPassword(services, request.body, sourceOfRequest(request))
      app.afterReply.run(reply, work)
      return reply.code(202).send({ status: 'accepted', validMinutes: RESET_MINUTES })
    },
  )

  app.post(
    '/auth/reset-password',
    {
      config: { access: PUBLIC, problems: ['auth.reset_invalid', 'auth.password_weak', ...OPEN] },
      bodyLimit,
      onRequest,
      schema: {
        tags,
        summary: 'Choose a new password',
        description:
          'With the token of the mailed link. Ends every session of the person and mails them that it was changed. It signs nobody in, and the second factor stays.',
        body: ResetPasswordBody,
        response: { 200: ResetPasswordReply },
      },
    },
    async (request, reply) => {
      const person = await resetPassword(services, request.body, sourceOfRequest(request))
      app.sessions.forgetPerson(person.id)
      app.afterReply.run(reply, () => mailPasswordChanged(services, person))
      return { email: person.email }
    },
  )
}
