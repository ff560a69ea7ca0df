import { ApiError } from '@backlot/contract/client'
import { errorTable, isErrorCode } from '@backlot/contract/errors'

/** What to show of a failure: a code to look up, what happened, what to do next. */
export interface ShownError {
  code: string
  message: string
  advice: string
}

export function shownError(thrown: unknown): ShownError {
  // The server's, and those of what works in the browser, which have classes of their own.
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && isErrorCode(thrown.code))
    return { code: thrown.code, message: thrown.message, advice: errorTable[thrown.code].advice }
  if (isMissingCode(thrown)) {
    const message = 'A part of this page could not be loaded.'
    return {
      code: 'network.unreachable',
      message,
      advice: 'The server is away, or was updated: try again in a moment.',
    }
  }
  const { title, advice } = errorTable['server.internal']
  return { code: 'server.internal', message: thrown instanceof Error ? thrown.message : title, advice }
}

/** Code of a page did not come. Browsers remember that, so that only loading the page anew helps. */
export function isMissingCode(thrown: unknown): boolean {
  // As Vite, Chromium, Firefox and Safari say it: there is no error class for it.
  const said = /preload CSS|dynamically imported module|Importing a module script failed/i
  return thrown instanceof Error && said.test(thrown.message)
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
