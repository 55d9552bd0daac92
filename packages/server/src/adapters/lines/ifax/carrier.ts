import { UpstreamError } from '../../../ports/upstream.ts'
import type { IFaxClient } from './client.ts'
import { readName, readNumber, readOwnedNumber, readRows } from './shapes.ts'
import { isObject } from './transport.ts'

/** A part of the numbering plan that numbers can be had of. */
export interface IFaxArea {
  readonly id: string
  /** Its area code, where the provider tells it. */
  readonly prefix: string | undefined
}

/** What names a number at the provider; both are needed to give it back. */
export interface IFaxNumberRef {
  readonly numberId: string
  readonly orderId: string
}

export interface IFaxOwnedNumber {
  readonly number: string
  readonly ref: IFaxNumberRef | undefined
}

/** @param country ISO 3166-1 code such as `US`, or a state's abbreviation. @throws UpstreamError */
export async function areas(client: IFaxClient, country: string, signal: AbortSignal): Promise<IFaxArea[]> {
  const { data } = await client.transport.call('/inbound/area-list', { abbreviation: country }, signal)
  return readRows(data, (row) => {
    if (!isObject(row)) return undefined
    const id = readName(row.id)
    return id === undefined ? undefined : { id, prefix: readName(row.prefix) }
  })
}

/** Numbers of an area that can be bought. @throws UpstreamError */
export async function numbersIn(client: IFaxClient, areaId: string, signal: AbortSignal): Promise<string[]> {
  const { data } = await client.transport.call('/inbound/numbers', { id: areaId }, signal)
  return readRows(data, (row) => readNumber(isObject(row) ? row.faxNumber : row))
}

/** Whether a number can be bought. @throws UpstreamError when the provider cannot be asked */
export async function search(client: IFaxClient, number: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { data } = await client.transport.call('/inbound/search', { faxNumber: number }, signal)
    return !Array.isArray(data) || readRows(data, readOwnedNumber).some((found) => found.number === number)
  } catch (error) {
    if (error instanceof UpstreamError && error.kind === 'refused' && error.code !== 12001) return false
    throw error
  }
}

/**
 * Buys a number: it costs money from then on. An answer that was lost is not asked for again: `list` tells whether it is ours.
 * @throws UpstreamError
 */
export async function buy(client: IFaxClient, number: string, signal: AbortSignal): Promise<IFaxNumberRef> {
  const { data } = await client.transport.call(
    '/inbound/buy',
    { faxNumber: number, addLicense: true },
    signal,
  )
  const numberId = isObject(data) ? readName(data.numberId) : undefined
  const orderId = isObject(data) ? readName(data.orderId) : undefined
  if (numberId === undefined || orderId === undefined) {
    throw new UpstreamError('unclear', 'The provider sold the number and did not say what it calls it.')
  }
  return { numberId, orderId }
}

/** Gives a number back. @throws UpstreamError */
export async function release(client: IFaxClient, ref: IFaxNumberRef, signal: AbortSignal): Promise<void> {
  await client.transport.call('/inbound/number-delete', { ...ref }, signal)
}

/** Our numbers there. @throws UpstreamError */
export async function list(client: IFaxClient, signal: AbortSignal): Promise<IFaxOwnedNumber[]> {
  const numbers = await client.numbers(signal)
  return numbers.map(({ number, numberId, orderId }) => ({
    number,
    ref: numberId === undefined || orderId === undefined ? undefined : { numberId, orderId },
  }))
}
