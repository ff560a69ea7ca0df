import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { patch, reload } from './patch.ts'

/** A query whose answers are given by hand, and that somebody looks at. */
function watched(queryClient: QueryClient) {
  const answers: ((value: string[]) => void)[] = []
  const observer = new QueryObserver<string[]>(queryClient, {
    queryKey: ['frames'],
    queryFn: () => new Promise((resolve) => answers.push(resolve)),
  })
  observer.subscribe(() => undefined)
  return { answers, data: () => queryClient.getQueryData<string[]>(['frames']) }
}
const settled = () => new Promise((resolve) => setTimeout(resolve, 10))

test.each(['patch', 'reload'] as const)('%s while the first answer is on its way asks once more', async (what) => {
  const queryClient = new QueryClient()
  const { answers, data } = watched(queryClient)
  const change = () =>
    what === 'patch'
      ? patch<string[]>(queryClient, ['frames'], (list) => [...list, 'new'])
      : reload(queryClient, ['frames'])
  change()
  change()
  answers[0]?.(['old'])
  await settled()
  expect(answers).toHaveLength(2)
  answers[1]?.(['old', 'new'])
  await settled()
  expect(data()).toEqual(['old', 'new'])
  expect(answers).toHaveLength(2)
})

test('a patch of what is loaded asks nobody', async () => {
  const queryClient = new QueryClient()
  const { answers, data } = watched(queryClient)
  answers[0]?.(['old'])
  await settled()
  patch<string[]>(queryClient, ['frames'], (list) => [...list, 'new'])
  expect(data()).toEqual(['old', 'new'])
  expect(answers).toHaveLength(1)
})
