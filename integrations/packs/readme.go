package packs

import (
	"fmt"
	"strings"
)

const rendered = "<!-- Rendered by make packs from what \"tenableio describe\" says. -->\n\n"

// xsoarSetup is shown beside the settings of an instance.
const xsoarSetup = `The commands run the binary of tenableio, which must be in the Docker image of the integration,
or on the engine where it runs without Docker: named by the variable TENABLEIO_BINARY, or on PATH.

1. Create a user of its own in Tenable.io, with the least role that the commands need, and generate API keys.
2. Enter them as credentials below, or choose credentials of XSOAR that hold them as passwords.
3. Press Test. It says what is wrong and what to do.
`

const xsoarIntroduction = `# %s for Cortex XSOAR

%s

## Install

1. Make an image with the binary in it, push it to a registry that XSOAR pulls from, and name it as the Docker image of
   the integration (without Docker on an engine, put the binary on its PATH):

   ~~~dockerfile
   FROM %s
   COPY tenableio /usr/local/bin/tenableio
   ~~~

2. Upload TenableIO.yml under Settings, Integrations, and the playbooks under Playbooks.
3. Add an instance. The keys are credentials, the proxy and its password are kept encrypted.

## What a command returns

- Records at TenableIO.COMMAND, of which a second run updates those with the same primary key; at most 1,000, and all
  of them in a file where there are more. The table in the war room shows 50.
- TenableIO.Result, once for each command: whether it worked, what failed and what to do, key fields, warnings.
- A failure is an error entry with what to do. Partially Successful is a result, with a warning that names what failed.
- Files are in the war room. raw_data is the raw response.
- wait=false starts a long command and looks once: ready is then false until the work at Tenable is done, which is no
  error, so that GenericPolling can ask again.
- Commands that change something are marked as potentially harmful: XSOAR asks before it runs them.
- A command has timeout_seconds in all. XSOAR itself ends it a minute after the default of that argument.

## Commands
`

func xsoarReadme(p Plugin, integration xsoarIntegration) []byte {
	var b strings.Builder
	b.WriteString(rendered)
	fmt.Fprintf(&b, xsoarIntroduction, p.Title, p.Description, xsoarImage)
	for _, command := range integration.Script.Commands {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", command.Name, command.About)
		b.WriteString("\n| argument | description | required |\n|---|---|---|\n")
		for _, argument := range command.Arguments {
			about := argument.About
			if len(argument.Choices) > 0 {
				about += " One of: " + strings.Join(argument.Choices, ", ") + "."
			}
			if argument.Default != "" {
				about += " Default: " + argument.Default + "."
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", argument.Name, cell(about), yes(argument.Required))
		}
		b.WriteString("\n| path | type | description |\n|---|---|---|\n")
		for _, output := range command.Outputs {
			if !strings.HasPrefix(output.Path, "TenableIO.Result.") || strings.Contains(output.Path, "key_fields") {
				fmt.Fprintf(&b, "| %s | %s | %s |\n", output.Path, output.Type, cell(output.About))
			}
		}
	}
	b.WriteString("\n## The result of every command\n\n| path | type | description |\n|---|---|---|\n")
	for _, output := range xsoarOutcome {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", output.Path, output.Type, cell(output.About))
	}
	return []byte(b.String())
}

func xsoarNotes(p Plugin) []byte {
	var b strings.Builder
	b.WriteString(rendered)
	fmt.Fprintf(&b, "#### Integrations\n\n##### %s (tenableio) %s\n\n", p.Title, p.Version)
	fmt.Fprintf(&b, "- %s\n- Commands:\n", p.Description)
	for _, c := range p.actions() {
		fmt.Fprintf(&b, "  - ***%s***: %s\n", xsoarName(c), c.Description)
	}
	b.WriteString("\n#### Playbooks\n\n##### TenableIO - Scan And Report\n\n")
	b.WriteString("- Launches a scan, waits for its end, and puts a report of that run into the war room.\n")
	return []byte(b.String())
}

func yes(required bool) string {
	if required {
		return "yes"
	}
	return ""
}
