import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isPassing, isSignedOut, shownError } from './errors.ts'

export interface ErrorFunnel {
  /** The session ended somewhere. */
  onSignedOut: () => void
  /** An action failed and no form shows it. */
  onActionFailed: (message: string, advice: string) => void
}

declare module '@tanstack/react-query' {
  interface Register {
    /** `errorShown`: the form that sent it shows the error itself. */
    mutationMeta: { errorShown?: boolean }
  }
}

/** The query cache, and the one place through which every failure of the API passes. */
export function createQueryClient(funnel: ErrorFunnel): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (isSignedOut(error)) funnel.onSignedOut()
      },
    }),
    mutationCache: new MutationCache({
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.errorShown === true) return
        if (isSignedOut(error)) return funnel.onSignedOut()
        const { message, advice } = shownError(error)
        funnel.onActionFailed(message, advice)
      },
    }),
    defaultOptions: {
      queries: {
        // The hub patches what is on the screen; this is for pages that were left and come back.
        staleTime: 15_000,
        retry: (count, error) => count < 2 && isPassing(error),
      },
    },
  })
}
