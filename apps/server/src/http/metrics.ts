import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface RequestMetrics {
  /** `seconds` from the first byte of the request to the end of the answer's preparation. */
  observe: (operation: string, status: number, seconds: number) => void
}

export interface Metrics extends RequestMetrics {
  /** Makes a gauge whose value is read when somebody scrapes. */
  gauge: (name: string, help: string, read: () => number) => void
  /** In Prometheus' text format. */
  text: () => Promise<string>
}

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'backlot_' })
  const requests = new Counter({
    name: 'backlot_http_requests_total',
    help: 'Requests by operation and status.',
    labelNames: ['operation', 'status'],
    registers: [registry],
  })
  const seconds = new Histogram({
    name: 'backlot_http_request_seconds',
    help: 'Time to answer a request.',
    labelNames: ['operation'],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  })
  return {
    observe(operation, status, taken) {
      requests.inc({ operation, status })
      seconds.observe({ operation }, taken)
    },
    gauge(name, help, read) {
      const gauge = new Gauge({
        name,
        help,
        registers: [],
        collect() {
          this.set(read())
        },
      })
      registry.registerMetric(gauge)
    },
    text: () => registry.metrics(),
  }
}
