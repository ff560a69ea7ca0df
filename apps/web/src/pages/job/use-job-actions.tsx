import type { JobSummary } from '@backlot/contract/schemas/jobs'
import { isEnded, jobTransitions, mayMove } from '@backlot/contract/states'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { client } from '../../api/client.ts'
import { applyJob, removeJob } from '../../api/follow-farm.ts'
import { useCommands } from '../../layout/commands.ts'
import { useMay } from '../../layout/use-session.ts'
import { paths } from '../../paths.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import type { IconName } from '../../ui/icon.tsx'
import { toast } from '../../ui/toast.ts'

export interface JobAction {
  id: 'approve' | 'pause' | 'resume' | 'cancel' | 'requeue' | 'again' | 'delete'
  label: string
  icon: IconName
  /** Said when it worked. */
  done: string
  confirm?: { title: string; text: string; danger: boolean }
  /** Undefined: the job is gone afterwards. */
  send: () => Promise<JobSummary | undefined>
}

/** What may be done with a job in its state: the same rules as the server's, so that nothing is offered in vain. */
export function actionsFor(job: JobSummary): JobAction[] {
  const params = { jobId: job.jobId }
  const actions: (JobAction | false)[] = [
    job.awaitsApproval && {
      id: 'approve',
      label: 'Approve',
      icon: 'check',
      done: 'The other frames are rendered',
      send: () => client.approveJob({ params }),
    },
    job.state === 'paused' && {
      id: 'resume',
      label: 'Resume',
      icon: 'play',
      done: 'The job goes on',
      send: () => client.resumeJob({ params }),
    },
    mayMove(jobTransitions, job.state, 'paused') && {
      id: 'pause',
      label: 'Pause',
      icon: 'pause',
      done: 'The job is paused: what renders now is finished',
      send: () => client.pauseJob({ params }),
    },
    mayMove(jobTransitions, job.state, 'cancelled') &&
      job.state !== 'cancelling' && {
        id: 'cancel',
        label: 'Cancel',
        icon: 'cross',
        done: 'The job is being cancelled',
        confirm: {
          title: `Cancel ${job.name}?`,
          text: 'Renders end at once. Finished frames stay, and the rest can be queued again later.',
          danger: true,
        },
        send: () => client.cancelJob({ params }),
      },
    isEnded(job.state) &&
      job.frames.completed < job.frames.total && {
        id: 'requeue',
        label: job.frames.failed > 0 ? 'Requeue failed' : 'Requeue missing',
        icon: 'redo',
        done: 'The missing frames are queued again',
        send: () => client.requeueJob({ params, body: {} }),
      },
    isEnded(job.state) && {
      id: 'again',
      label: 'Render everything again',
      icon: 'redo',
      done: 'All frames are queued again',
      confirm: {
        title: `Render all of ${job.name} again?`,
        text: 'Every frame is rendered anew and replaces the one that is there.',
        danger: false,
      },
      send: () => client.requeueJob({ params, body: { all: true } }),
    },
    isEnded(job.state) && {
      id: 'delete',
      label: 'Delete',
      icon: 'trash',
      done: 'The job is deleted',
      confirm: {
        title: `Delete ${job.name}?`,
        text: 'Its frames, video, log and the files that only this job uses are deleted for good.',
        danger: true,
      },
      send: async () => {
        await client.deleteJob({ params })
        return undefined
      },
    },
  ]
  return actions.filter((action) => action !== false)
}

/** The actions, how to begin one, and the dialog that asks first where it must. */
export function useJobActions(job: JobSummary): {
  actions: JobAction[]
  begin: (action: JobAction) => void
  busy: boolean
  dialog: ReactNode
} {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const mayManage = useMay('jobs.manage_own')
  const [asked, setAsked] = useState<JobAction>()
  const [isAsking, setAsking] = useState(false)
  const perform = useMutation({
    mutationFn: (action: JobAction) => action.send(),
    onSuccess: async (changed, action) => {
      toast(action.done)
      if (changed !== undefined) return applyJob(queryClient, changed)
      removeJob(queryClient, job.jobId)
      await navigate(paths.jobs())
      queryClient.removeQueries({ queryKey: ['job', job.jobId] })
    },
  })

  const actions = mayManage ? actionsFor(job) : []
  const begin = (action: JobAction) => {
    if (action.confirm === undefined) return perform.mutate(action)
    setAsked(action)
    setAsking(true)
  }
  useCommands(
    actions.map((action) => ({
      id: action.id,
      group: 'This job',
      label: `${action.label}: ${job.name}`,
      icon: action.icon,
      run: () => begin(action),
    })),
  )

  const dialog = asked?.confirm !== undefined && (
    <ConfirmDialog
      open={isAsking}
      title={asked.confirm.title}
      action={asked.id === 'cancel' ? 'Cancel the job' : asked.label}
      danger={asked.confirm.danger}
      onConfirm={() => perform.mutate(asked)}
      onClose={() => setAsking(false)}
    >
      {asked.confirm.text}
    </ConfirmDialog>
  )
  return { actions, begin, busy: perform.isPending, dialog }
}
