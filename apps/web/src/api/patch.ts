import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'

/**
 * Changes what is cached under a key, if anything is. An answer that is on its way may be older than the change, also
 * the very first one: it is asked for again when it has come.
 */
export function patch<T>(queryClient: QueryClient, queryKey: QueryKey, change: (data: T) => T): void {
  const query = queryClient.getQueryCache().find<T>({ queryKey, exact: true })
  if (query === undefined) return
  queryClient.setQueryData<T>(queryKey, (data) => (data === undefined ? undefined : change(data)))
  if (query.state.fetchStatus === 'fetching') askAgain(queryClient, query as Query)
}

/** Loads everything below a key anew where it is shown, and marks the rest as old. */
export function reload(queryClient: QueryClient, queryKey: QueryKey): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey })) {
    if (query.state.fetchStatus === 'fetching') askAgain(queryClient, query)
  }
  void queryClient.invalidateQueries({ queryKey }, { cancelRefetch: false })
}

const waiting = new WeakSet<Query>()

/**
 * Waits for the answer instead of cancelling the question: on a slow line, changes that come ten times a second would
 * never let one through.
 */
function askAgain(queryClient: QueryClient, query: Query): void {
  if (waiting.has(query)) return
  waiting.add(query)
  void Promise.resolve(query.promise)
    .catch(() => undefined)
    .then(() => {
      waiting.delete(query)
      return queryClient.invalidateQueries({ queryKey: query.queryKey, exact: true })
    })
}
