import type { JobDetail, JobOutput } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { archiveUrl, blobUrl, fileName } from '../../api/blob-url.ts'
import { outputsQuery } from '../../api/queries.ts'
import { formatBytes, formatMany } from '../../format/numbers.ts'
import { Button, DownloadLink } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy-line.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { NotLoaded } from '../../ui/not-loaded.tsx'
import './files-view.css'

const kinds: Record<JobOutput['kind'], string> = { frame: 'Frame', video: 'Video', contact_sheet: 'Contact sheet' }
const rowsAtOnce = 100

export function FilesView({ job }: { job: JobDetail }) {
  const outputs = useQuery(outputsQuery(job.jobId))
  const [count, setCount] = useState(rowsAtOnce)
  if (outputs.data === undefined)
    return <NotLoaded query={outputs} label="Loading the files" rows={6} height="2.75rem" />
  // Video and contact sheet first: they are what is shown around.
  const files = outputs.data.items.toSorted((a, b) => Number(a.kind === 'frame') - Number(b.kind === 'frame'))
  if (files.length === 0) {
    return (
      <EmptyState icon="download" title="No file is finished yet">
        <p>Frames appear here one by one, as they are rendered.</p>
      </EmptyState>
    )
  }
  const bytes = files.reduce((sum, { size }) => sum + size, 0)
  return (
    <section aria-label="Files">
      <div className="files-all">
        <p>
          {formatMany(files.length, 'file')}, {formatBytes(bytes)}
        </p>
        <DownloadLink icon="download" href={archiveUrl(job.jobId)} name={`${job.name}.zip`}>
          Download all as ZIP
        </DownloadLink>
        <p className="muted">
          {isEnded(job.state)
            ? 'The same from a terminal, where it goes on after an interruption:'
            : 'From a terminal, those still to come as well, as they are rendered:'}
        </p>
        <CopyLine prompt label="Command that downloads everything" text={`./backlot download ${job.jobId} --auto`} />
      </div>
      <table className="files">
        <caption className="visually-hidden">Files of {job.name}</caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">What</th>
            <th scope="col" className="files-size">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {files.slice(0, count).map((file) => (
            <tr key={file.name}>
              <td>
                <a
                  className="files-link"
                  href={blobUrl(file.sha256, file.name)}
                  download={fileName(file.name)}
                  aria-label={`Download ${fileName(file.name)}`}
                >
                  <Icon name="download" />
                  <span className="truncate">{fileName(file.name)}</span>
                </a>
              </td>
              <td className="muted numeric">
                {kinds[file.kind]} {file.frame}
              </td>
              <td className="files-size numeric">{formatBytes(file.size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {count < files.length && (
        <p className="load-more">
          <Button onClick={() => setCount(count + rowsAtOnce * 5)}>Show more files</Button>
        </p>
      )}
    </section>
  )
}
