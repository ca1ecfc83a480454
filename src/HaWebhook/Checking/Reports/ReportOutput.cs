using HaWebhook.Commands;

namespace HaWebhook.Checking.Reports;

/// <summary>Writes the reports that a command line asks for.</summary>
internal static class ReportOutput
{
    /// <summary>Writes all of them. One that cannot be written must not take the others along.</summary>
    /// <param name="targets">The reports, of which one at most goes to standard output.</param>
    /// <param name="context">What they may need to know.</param>
    /// <param name="write">Writes the results by a report.</param>
    /// <exception cref="CommandException">Some could not be written.</exception>
    public static void Write<TReport>(IEnumerable<ReportTarget<TReport>> targets, ReportContext context, Action<TReport, Stream> write)
    {
        var failures = new List<string>();
        foreach (var (format, file) in targets)
        {
            try
            {
                Write(format, file, context, write);
            }
            catch (CommandException exception)
            {
                failures.AddRange(exception.Lines);
            }
        }

        if (failures.Count > 0)
        {
            throw new CommandException(failures);
        }
    }

    private static void Write<TReport>(ReportFormat<TReport> format, string? file, ReportContext context, Action<TReport, Stream> write)
    {
        if (file is not null)
        {
            OutputFile.Write(file, output => write(format.Create(context), output));
            return;
        }

        try
        {
            using var output = Console.OpenStandardOutput();
            write(format.Create(context with { Colours = Terminal.HasColours }), output);
        }
        catch (IOException exception)
        {
            throw new CommandException($"standard output: cannot be written: {exception.Message}");
        }
    }
}
