import { ApiError } from '@backlot/contract/client'
import { errorTable } from '@backlot/contract/errors'

/** What to show of a failure: a code to look up, what happened, what to do next. */
export interface ShownError {
  code: string
  message: string
  advice: string
}

export function shownError(thrown: unknown): ShownError {
  if (thrown instanceof ApiError) return { code: thrown.code, message: thrown.message, advice: thrown.advice }
  const { title, advice } = errorTable['server.internal']
  return { code: 'server.internal', message: thrown instanceof Error ? thrown.message : title, advice }
}

/** The session is over (or never was): only signing in helps. */
export function isSignedOut(thrown: unknown): boolean {
  return (
    thrown instanceof ApiError &&
    (thrown.code === 'auth.required' || thrown.code === 'auth.invalid_token' || thrown.code === 'auth.expired_token')
  )
}

/** Nothing is wrong with the request itself: the same may work in a moment. */
export function isPassing(thrown: unknown): boolean {
  return thrown instanceof ApiError && (thrown.kind === 'network' || thrown.code === 'server.unavailable')
}
