// What a CEL expression consists of, without running it.
import type { parse } from '@bufbuild/cel';

/** A node of a parsed expression. */
export type Expression = ReturnType<typeof parse>['expr'];

/** Every part of an expression, itself included. */
export function expressionsIn(root: Expression): readonly Expression[] {
  const found = [root];
  for (const expression of found) found.push(...partsOf(expression));
  return found;
}

/** How many loops (all, exists, map, filter …) stand within one another. */
export function nestingOf(expression: Expression): number {
  const { exprKind } = expression;
  if (exprKind.case !== 'comprehensionExpr') return Math.max(0, ...partsOf(expression).map(nestingOf));
  const { iterRange, loopCondition, loopStep, result } = exprKind.value;
  const inside = [loopCondition, loopStep, result].map((part) => (part === undefined ? 0 : nestingOf(part)));
  return Math.max(iterRange === undefined ? 0 : nestingOf(iterRange), 1 + Math.max(...inside));
}

/** The ways from a variable to what is selected of it: `resource.spec.region` gives [spec, region]. The longest of each. */
export function pathsIn(root: Expression, variable: string): readonly (readonly string[])[] {
  const inner = new Set<Expression>();
  return expressionsIn(root).flatMap((expression) => {
    if (inner.has(expression)) return [];
    const path: string[] = [];
    let here: Expression | undefined = expression;
    while (here?.exprKind.case === 'selectExpr') {
      inner.add(here);
      path.unshift(here.exprKind.value.field);
      here = here.exprKind.value.operand;
    }
    const isFrom = here?.exprKind.case === 'identExpr' && here.exprKind.value.name === variable;
    return isFrom && path.length > 0 ? [path] : [];
  });
}

function partsOf({ exprKind }: Expression): readonly Expression[] {
  switch (exprKind.case) {
    case 'selectExpr':
      return present([exprKind.value.operand]);
    case 'callExpr':
      return present([exprKind.value.target, ...exprKind.value.args]);
    case 'listExpr':
      return exprKind.value.elements;
    case 'structExpr':
      return present(
        exprKind.value.entries.flatMap(({ keyKind, value }) => [
          keyKind.case === 'mapKey' ? keyKind.value : undefined,
          value,
        ]),
      );
    case 'comprehensionExpr': {
      const { iterRange, accuInit, loopCondition, loopStep, result } = exprKind.value;
      return present([iterRange, accuInit, loopCondition, loopStep, result]);
    }
    default:
      return [];
  }
}

function present(parts: readonly (Expression | undefined)[]): readonly Expression[] {
  return parts.filter((part) => part !== undefined);
}
