import type { WorkerInfo } from '@backlot/contract/schemas/farm'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { type WorkerList, putWorker } from '../../api/patch-workers.ts'
import { workersQuery } from '../../api/queries.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.ts'

/** Pauses a worker, or lets it work again: also one that is held back for its failures. */
export function HoldButton({ worker: { workerId, name, holds } }: { worker: WorkerInfo }) {
  const queryClient = useQueryClient()
  const isHeld = holds.some(({ kind }) => kind !== 'hours')
  const params = { workerId }
  const { mutate, isPending } = useMutation({
    mutationFn: () => (isHeld ? client.resumeWorker({ params }) : client.pauseWorker({ params, body: {} })),
    onSuccess: (changed) => {
      toast(isHeld ? `${name} takes work again` : `${name} is paused: what it renders now is finished`)
      queryClient.setQueryData(
        workersQuery().queryKey,
        (list: WorkerList | undefined) => list && putWorker(list, changed),
      )
    },
  })
  return (
    <Button size="s" icon={isHeld ? 'play' : 'pause'} busy={isPending} onClick={() => mutate()}>
      {isHeld ? 'Resume' : 'Pause'} <span className="visually-hidden">{name}</span>
    </Button>
  )
}
