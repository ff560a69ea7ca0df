import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { archiveUrl, blobUrl, fileName } from '../../api/blob-url.ts'
import { outputsQuery } from '../../api/queries.ts'
import { formatBytes, formatMany } from '../../format/numbers.ts'
import { paths } from '../../paths.ts'
import { Breakable } from '../../ui/breakable.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { Menu, MenuDownload, MenuItem } from '../../ui/menu.tsx'
import { StateBadge } from '../../ui/state-badge.tsx'
import { jobLook } from '../../ui/state-look.ts'
import { RelativeTime } from '../../ui/time.tsx'
import { type JobAction, useJobActions } from './use-job-actions.tsx'

/** What is done often stands in the row; the rest is in the menu. */
const inMenu: readonly JobAction['id'][] = ['again', 'delete']

export function JobHeader({ job }: { job: JobDetail }) {
  const { actions, begin, busy, dialog } = useJobActions(job)
  const rare = actions.filter(({ id }) => inMenu.includes(id))
  return (
    <header className="job-header">
      <p className="breadcrumb">
        <Link {...paths.jobs()}>Jobs</Link>
      </p>
      <div className="job-title">
        <h1>
          <Breakable text={job.name} />
        </h1>
        <StateBadge look={jobLook[job.state]} />
      </div>
      <p className="job-by muted">
        {job.createdBy} · <RelativeTime at={job.createdAt} />
      </p>
      <div className="job-actions">
        {actions
          .filter(({ id }) => !inMenu.includes(id))
          .map((action) => (
            <Button key={action.id} icon={action.icon} busy={busy} onClick={() => begin(action)}>
              {action.label}
            </Button>
          ))}
        <DownloadMenu job={job} />
        {rare.length > 0 && (
          <Menu trigger={<IconButton tone="plain" icon="more" label="More actions" />}>
            {rare.map((action) => (
              <MenuItem
                key={action.id}
                icon={action.icon}
                danger={action.confirm?.danger ?? false}
                onSelect={() => begin(action)}
              >
                {action.label}
              </MenuItem>
            ))}
          </Menu>
        )}
      </div>
      {dialog}
    </header>
  )
}

function DownloadMenu({ job }: { job: JobDetail }) {
  const navigate = useNavigate()
  const { completed } = job.frames
  const outputs = useQuery({ ...outputsQuery(job.jobId), enabled: isEnded(job.state) })
  if (completed === 0) return null
  const extras = outputs.data?.items.filter(({ kind }) => kind !== 'frame') ?? []
  return (
    <Menu
      trigger={
        <Button icon="download" tone={job.state === 'completed' ? 'primary' : 'plain'}>
          Download
        </Button>
      }
    >
      {extras.map(({ kind, name, sha256, size }) => (
        <MenuDownload
          key={name}
          icon={kind === 'video' ? 'film' : 'grid'}
          href={blobUrl(sha256, name)}
          name={fileName(name)}
        >
          {kind === 'video' ? 'Video' : 'Contact sheet'}
          <span className="menu-check muted">{formatBytes(size)}</span>
        </MenuDownload>
      ))}
      <MenuDownload icon="download" href={archiveUrl(job.jobId)} name={`${job.name}.zip`}>
        Everything
        <span className="menu-check muted">ZIP</span>
      </MenuDownload>
      <MenuItem icon="picture" onSelect={() => void navigate({ ...paths.job(job.jobId, 'files'), resetScroll: false })}>
        {formatMany(completed, 'frame')} …
      </MenuItem>
    </Menu>
  )
}
