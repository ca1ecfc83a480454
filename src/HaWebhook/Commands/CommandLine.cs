using System.CommandLine;

namespace HaWebhook.Commands;

/// <summary>The command line: the only place that knows all commands.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Keeps the services of a Kubernetes cluster highly available.")
        {
            ServeCommand.Create(),
            CheckCommand.Create(),
            DemoCommand.Create(),
            ExplainCommand.Create(),
            DocsCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync($"ha-webhook: {LogLine.Of(error.Message)}");
            }

            var command = parsed.CommandResult.Command == root ? "" : $"{parsed.CommandResult.Command.Name} ";
            await Console.Error.WriteLineAsync($"Try: ha-webhook {command}--help");
            return ExitCode.CouldNotRun;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (CommandException exception)
        {
            foreach (var line in exception.Lines)
            {
                await Console.Error.WriteLineAsync($"ha-webhook: {LogLine.Of(line)}");
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
}
