using System.CommandLine;
using HaWebhook.Documents;
using HaWebhook.Policy.Evaluation;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook docs [DOCUMENT]</c>: the documents that are made from the program itself, as files or on standard output.</summary>
internal static class DocsCommand
{
    public static Command Create()
    {
        var document = new Argument<string?>("document")
        {
            Description = "Prints one to standard output: rules, permissions, metrics (Markdown) or schema (JSON Schema). Without it all are written as files.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "The directory that the files are written to.",
            DefaultValueFactory = _ => "docs",
        };
        output.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value.Length: 0 }])
            {
                result.AddError("--output must be a path, not ''");
            }
        });
        var command = new Command(
            "docs",
            "Write the pages of all rules (rules.md), permissions (permissions.md) and metrics (metrics.md), and the JSON Schema of the policy file (policy.schema.json).") { document, output };
        command.Validators.Add(result =>
        {
            if (result.GetValue(document) is { } name && result.GetResult(output) is { Implicit: false })
            {
                result.AddError($"docs {name} prints to standard output; --output is for writing all documents as files");
            }
        });
        command.SetAction(parsed => Run(parsed.GetValue(document), parsed.GetValue(output)!));
        return command;
    }

    private static int Run(string? name, string directory)
    {
        if (name is not null)
        {
            var names = string.Join(", ", GeneratedDocument.All.Select(document => document.Name));
            var named = GeneratedDocument.All.FirstOrDefault(document => document.Name == name)
                ?? throw new CommandException($"there is no document {SingleLine.Of(name)}; the documents are {names}");
            Console.Out.Write(named.Write());
            return ExitCode.Success;
        }

        foreach (var document in GeneratedDocument.All)
        {
            var path = Path.Combine(directory, document.File);
            Write(path, document.Write());
            Console.Out.WriteLine($"wrote {path}");
        }

        return ExitCode.Success;
    }

    private static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            File.WriteAllText(path, text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException($"{path}: cannot be written: {exception.Message}");
        }
    }
}
