/** The program: hands the world to the command line. Running this file is its only use. */
import { readFileSync } from 'node:fs'
import { answerToWire } from '@tocsin/core/wire'
import { guessSubject } from '@tocsin/core/subject'
