#!/usr/bin/env node
// The build tool; its code is in tool/.

import { main } from '../dist/tool/main.js';

process.exitCode = await main(process.argv.slice(2));
