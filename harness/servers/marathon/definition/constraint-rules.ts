import { javaPattern } from './java-pattern.ts';

/** What is wrong with `[field, operator, value?]`, in Marathon's words. */
export function constraintProblem(constraint: readonly string[]): string | undefined {
  const [field = '', operator = '', value] = constraint;
  if (constraint.length < 2 || constraint.length > 3) return 'Each constraint must have either 2 or 3 fields';
  if (field === '') return 'illegal constraint specification';
  switch (operator.toUpperCase()) {
    case 'UNIQUE':
      return value === undefined ? undefined : 'UNIQUE does not accept a value';
    case 'CLUSTER':
      return undefined;
    case 'GROUP_BY':
      return value === undefined || isInteger(value)
        ? undefined
        : 'GROUP BY must define an integer value or else no value at all';
    case 'MAX_PER':
      return value !== undefined && isInteger(value) ? undefined : 'MAX_PER requires an integer value';
    case 'LIKE':
    case 'UNLIKE':
      if (value === undefined) return 'LIKE and UNLIKE require a non-empty, regular expression value';
      return patternProblem(value);
    case 'IS':
      return /^[a-zA-Z0-9_/.-]*$/.test(value ?? '') ? undefined : textOrNumber;
    default:
      return `operator must be one of the following ${listed}`;
  }
}

function patternProblem(value: string): string | undefined {
  const pattern = javaPattern(value);
  return pattern.kind === 'pattern' ? undefined : `is not a valid regular expression: ${pattern.reason}`;
}

const listed = 'UNIQUE, CLUSTER, GROUP_BY, LIKE, MAX_PER, UNLIKE or IS';

const textOrNumber =
  'IS only supports Mesos text and float values (see http://mesos.apache.org/documentation/latest/attributes-resources/)';

/** Of 32 bits. */
function isInteger(value: string): boolean {
  return /^[+-]?\d+$/.test(value) && (Number(value) | 0) === Number(value);
}
