import type { TSchema } from 'typebox'
import { Account, RetryPolicyOverrides } from './schemas/account.ts'
import { ApiKey, ApiKeyWithSecret } from './schemas/api-key.ts'
import { ProblemSchema } from './schemas/common.ts'
import { CoverPage } from './schemas/cover-page.ts'
import { Attempt, Fax, FaxEvent, FaxPage, FaxSummary, Timeline, TimelineEntry } from './schemas/fax.ts'
import { Inbound, InboundSummary } from './schemas/inbound.ts'
import { Incident } from './schemas/incident.ts'
import { Mailbox } from './schemas/mailbox.ts'
import { PhoneNumber } from './schemas/number.ts'
import { Recipient } from './schemas/recipient.ts'
import { Actions, Conditions, Route } from './schemas/route.ts'
import { AcceptedFax, CoverBody, DocumentBody, SendFaxBody } from './schemas/send-fax.ts'
import { CreateTrunkBody, Trunk, TrunkReport, UpdateTrunkBody } from './schemas/trunk.ts'
import { Estimate, Upload, UploadCreated } from './schemas/upload.ts'

/** Schemas the OpenAPI document names once and refers to. */
export const COMPONENTS: Readonly<Record<string, TSchema>> = {
  Account,
  RetryPolicyOverrides,
  ApiKey,
  ApiKeyWithSecret,
  Problem: ProblemSchema,
  CoverPage,
  Attempt,
  Fax,
  FaxEvent,
  FaxPage,
  FaxSummary,
  AcceptedFax,
  Recipient,
  Incident,
  Cover: CoverBody,
  Document: DocumentBody,
  SendFaxRequest: SendFaxBody,
  Estimate,
  Upload,
  UploadCreated,
  Timeline,
  TimelineEntry,
  Inbound,
  InboundSummary,
  PhoneNumber,
  Mailbox,
  Route,
  RouteConditions: Conditions,
  RouteActions: Actions,
  Trunk,
  CreateTrunk: CreateTrunkBody,
  UpdateTrunk: UpdateTrunkBody,
  TrunkReport,
}
