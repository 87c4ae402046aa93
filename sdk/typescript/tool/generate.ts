// `npm run generate`: writes src/contract.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { contract } from './contract.js';
import { root } from './places.js';

for (const [name, text] of contract()) writeFileSync(join(root, 'src/contract', name), text);
