import { jobColumns, jobSorts } from '@backlot/contract/schemas/jobs'
import { useNavigate } from '@tanstack/react-router'
import type { JobFilter } from '../../api/job-filter.ts'
import { paths } from '../../paths.ts'
import { jobColumnLooks } from './job-columns.ts'
import './sort-select.css'

/** The order of the list where the table has no room for every column's head. */
export function SortSelect({ filter }: { filter: JobFilter }) {
  const navigate = useNavigate()
  return (
    <label className="sort-select">
      <span className="sort-select-label">Order</span>
      <select
        value={filter.sort ?? '-created'}
        onChange={(event) => {
          const sort = jobSorts.find((one) => one === event.target.value)
          void navigate({ ...paths.jobs({ ...filter, sort }), replace: true })
        }}
      >
        {jobColumns.toReversed().flatMap((column) => {
          const { usual, directions } = jobColumnLooks[column]
          const other = usual === column ? `-${column}` : column
          return [
            <option key={usual} value={usual}>
              {directions[0]}
            </option>,
            <option key={other} value={other}>
              {directions[1]}
            </option>,
          ]
        })}
      </select>
    </label>
  )
}
