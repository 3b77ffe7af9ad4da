import { parser } from '@prometheus-io/lezer-promql';
import { isMetricName, METRIC_PREFIX, METRICS, UNPREFIXED_METRICS } from '../../exporter/src/contract/metrics.ts';

type Node = ReturnType<typeof parser.parse>['topNode'];

/** Labels that Prometheus adds to every scraped series. */
const TARGET_LABELS = ['instance', 'job'] as const;
/** The labels of `ALERTS`: the built-in ones, those set by the rules, and those of the rules' expressions. */
export const ALERT_LABELS = [
  'alertname',
  'alertstate',
  'severity',
  'to',
  'source',
  'product',
  'provider',
  'collector',
  'folder',
  'from',
  'month',
  'llm_provider',
  'model',
  'name',
  'scope',
  'threshold',
  ...TARGET_LABELS,
] as const;

/**
 * The labels of a series by its name, including the `_bucket`, `_sum` and `_count` series of histograms; `undefined`
 * if there is no metric with this name.
 */
export function labelsOfMetric(name: string): readonly string[] | undefined {
  if (name === 'ALERTS') return ALERT_LABELS;
  if (name === 'up') return TARGET_LABELS;
  if (name === 'http_request_duration_seconds' || /^http_request_duration_seconds_(bucket|sum|count)$/.test(name))
    return [...UNPREFIXED_METRICS.http_request_duration_seconds.labels, 'le', ...TARGET_LABELS];
  if (!name.startsWith(METRIC_PREFIX)) return undefined;
  const plain = name.slice(METRIC_PREFIX.length);
  if (isMetricName(plain)) return [...METRICS[plain].labels, ...TARGET_LABELS];
  const histogram = plain.replace(/_(bucket|sum|count)$/, '');
  return isMetricName(histogram) && METRICS[histogram].type === 'histogram'
    ? [...METRICS[histogram].labels, 'le', ...TARGET_LABELS]
    : undefined;
}

/** Every series that an expression selects, with the labels that it filters by. */
export function selectorsOf(expr: string): { readonly metric: string; readonly labels: readonly string[] }[] {
  const found: { metric: string; labels: string[] }[] = [];
  parser.parse(expr).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
      found.push({
        metric: textOf(node.getChild('Identifier'), expr),
        labels: matchers.map((matcher) => textOf(matcher.getChild('LabelName'), expr)),
      });
    },
  });
  return found;
}

/** Parse errors, metrics that the exporter does not expose, and labels that these metrics do not have. */
export function promqlFaults(expr: string): string[] {
  const faults: string[] = [];
  const tree = parser.parse(expr);
  tree.iterate({
    enter(node) {
      if (node.type.isError) faults.push(`PromQL is wrong at ${node.from}: ${expr}`);
    },
  });
  const allowed = new Set<string>();
  for (const { metric, labels } of selectorsOf(expr)) {
    const known = labelsOfMetric(metric);
    if (known === undefined) faults.push(`the exporter has no metric ${metric}`);
    else
      faults.push(
        ...labels.filter((label) => !known.includes(label)).map((label) => `${metric} has no label ${label}`),
      );
    for (const label of known ?? []) allowed.add(label);
  }
  if (faults.length > 0) return faults;
  tree.iterate({
    enter({ name, node }) {
      if (name !== 'GroupingLabels') return;
      for (const label of node.getChildren('LabelName').map((one) => textOf(one, expr)))
        if (!allowed.has(label)) faults.push(`no metric of "${expr}" has the label ${label}`);
    },
  });
  return faults;
}

/** The labels that every sample of the result has; `undefined` if the result is a scalar. */
export function yieldedLabels(expr: string): ReadonlySet<string> | undefined {
  return yieldOf(parser.parse(expr).topNode.firstChild, expr);
}

type Labels = ReadonlySet<string> | undefined;
const NONE: ReadonlySet<string> = new Set();
const SCALARS = ['time', 'scalar'];
const WITHOUT_LABELS = ['vector', 'absent', 'day_of_month'];

function yieldOf(node: Node | null, expr: string): Labels {
  if (node === null) return undefined;
  if (node.name === 'VectorSelector') return new Set(labelsOfMetric(textOf(node.getChild('Identifier'), expr)) ?? []);
  if (node.name === 'AggregateExpr') {
    const modifier = node.getChild('AggregateModifier');
    if (modifier?.getChild('Without') != null) throw new Error(`say "by", so that the result is known: ${expr}`);
    return new Set(grouping(modifier, expr));
  }
  if (node.name === 'FunctionCall') return ofCall(node, expr);
  if (node.name === 'BinaryExpr') return ofBinary(node, expr);
  return ['NumberDurationLiteral', 'StringLiteral'].includes(node.name) ? undefined : yieldOf(node.firstChild, expr);
}

function ofCall(node: Node, expr: string): Labels {
  const name = textOf(node.getChild('FunctionIdentifier'), expr);
  if (SCALARS.includes(name)) return undefined;
  if (WITHOUT_LABELS.includes(name)) return NONE;
  const body = node.getChild('FunctionCallBody');
  const given = children(body)
    .map((argument) => yieldOf(argument, expr))
    .find((labels) => labels !== undefined);
  if (name === 'label_replace')
    return new Set([...(given ?? []), textOf(body?.getChildren('StringLiteral')[0] ?? null, expr).slice(1, -1)]);
  return given;
}

function ofBinary(node: Node, expr: string): Labels {
  const left = yieldOf(node.firstChild, expr);
  const right = yieldOf(node.lastChild, expr);
  if (left === undefined || right === undefined) return left ?? right;
  if (node.getChild('Or') !== null) return new Set([...left].filter((label) => right.has(label)));
  const matching = node.getChild('MatchingModifierClause');
  // Set operators and `group_left` preserve the labels of the left side; any other match preserves its matching labels.
  if (
    node.getChild('And') !== null ||
    node.getChild('Unless') !== null ||
    matching?.getChild('GroupLeft') != null ||
    matching == null
  )
    return left;
  return new Set(grouping(matching, expr));
}

function grouping(node: Node | null, expr: string): string[] {
  return (node?.getChild('GroupingLabels')?.getChildren('LabelName') ?? []).map((label) => textOf(label, expr));
}

function children(node: Node | null): Node[] {
  const found: Node[] = [];
  for (let child = node?.firstChild ?? null; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function textOf(node: Node | null, expr: string): string {
  return node === null ? '' : expr.slice(node.from, node.to);
}
