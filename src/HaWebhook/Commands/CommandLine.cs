using System.CommandLine;
using HaWebhook.Policy;

namespace HaWebhook.Commands;

/// <summary>The command line: the only place that knows all commands.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var serve = ServeCommand.Create();
        var root = new RootCommand("Keeps the services of a Kubernetes cluster highly available.")
        {
            serve,
            CheckCommand.Create(),
            AuditCommand.Create(),
            DemoCommand.Create(),
            ExplainCommand.Create(),
            DocsCommand.Create(),
            ExportCommand.Create(),
            VerifyCommand.Create(),
            UninstallCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.UnmatchedTokens is [var token, ..] ? [Unknown(token, parsed)] : parsed.Errors.Select(error => error.Message))
            {
                await Console.Error.WriteLineAsync($"ha-webhook: {LogLine.Of(error)}");
            }

            var command = parsed.CommandResult.Command == root ? "" : $"{parsed.CommandResult.Command.Name} ";
            await Console.Error.WriteLineAsync($"Try: ha-webhook {command}--help");
            return ExitCode.CouldNotRun;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,

                // A server that drains takes longer, and sees to the signals itself.
                ProcessTerminationTimeout = parsed.CommandResult.Command == serve ? null : TimeSpan.FromSeconds(2),
            });
        }
        catch (CommandException exception)
        {
            foreach (var line in exception.Lines)
            {
                await Console.Error.WriteLineAsync($"ha-webhook: {LogLine.Of(line)}");
            }

            if (exception.Command is { } command)
            {
                await Console.Error.WriteLineAsync($"Try: ha-webhook {command} --help");
            }

            return ExitCode.CouldNotRun;
        }
        catch (IOException exception)
        {
            // Where a command writes or reads without a word of its own to that: a full disk behind standard output.
            await Console.Error.WriteLineAsync($"ha-webhook: {LogLine.Of(exception.Message)}");
            return ExitCode.CouldNotRun;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // No input should come to this; where one does, the trace is what a report of it needs.
            await Console.Error.WriteLineAsync($"ha-webhook: a fault of its own, please report it: {exception}");
            return ExitCode.CouldNotRun;
        }
    }

    /// <summary>What is said of a word that nothing stands for. What else is wrong mostly follows from it: a misspelt option leaves its value over.</summary>
    private static string Unknown(string word, ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (word.StartsWith('-'))
        {
            return $"there is no option {word}{NearestName.Hint(word, command.Options.Select(option => option.Name))}";
        }

        var commands = command.Subcommands.Select(known => known.Name).ToList();
        return commands.Count == 0
            ? $"{command.Name} takes no '{word}'"
            : $"there is no command {word}{(NearestName.Of(word, commands) is { } near ? $"; did you mean {near}?" : $"; the commands are {string.Join(", ", commands)}")}";
    }
}
