using System.CommandLine;
using System.Text.Json;
using HaWebhook.FallbackPolicies;
using HaWebhook.Policy.Configuration;
using HaWebhook.Policy.Manifests;

namespace HaWebhook.Commands;

/// <summary><c>ha-webhook export policies</c>: what the API server can judge by itself, as manifests.</summary>
internal static class ExportCommand
{
    private static readonly string[] _excluded = ["ha-webhook", "kube-system", "kube-node-lease", "kube-public"];

    public static Command Create()
    {
        var policy = CommandOptions.Policy();
        var mode = CommandOptions.Mode();
        var name = EnvironmentOption.Create("--name", "What the names of the objects begin with.", "ha-webhook", CommandOptions.TryName);
        var action = EnvironmentOption.Create(
            "--action", "What follows from a violation, at most: Deny, Warn or Audit. CEL sees no autoscaler and no end of an exemption.", ValidationAction.Warn, TryAction);
        var excluded = new Option<string[]>("--exclude-namespace")
        {
            Description = "A namespace that is not judged; may be given again. Default: " + string.Join(", ", _excluded) + ".",
            HelpName = "NAME",
            DefaultValueFactory = _ => _excluded,
        };
        excluded.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!CommandOptions.TryName(token.Value, out _, out var expected))
                {
                    result.AddError($"--exclude-namespace must be {expected}, not '{token.Value}'");
                }
            }
        });
        var policies = new Command(
            "policies",
            "Print ValidatingAdmissionPolicies and their bindings for the rules that CEL can say (minimum-replicas, managed-pods): they go on while no webhook answers.")
        {
            policy, mode, name, action, excluded,
        };
        policies.SetAction(parsed =>
        {
            var options = PolicyLoader.Load(parsed.GetValue(policy), parsed.GetValue(mode));
            if (parsed.GetValue(action) == ValidationAction.Deny && options.Overrides.Count > 0)
            {
                throw new CommandException("--action Deny cannot go with a policy that has overrides, which CEL does not see: give --action Warn");
            }

            Write(new FallbackPolicy(parsed.GetValue(name)!, parsed.GetValue(excluded)!, parsed.GetValue(action)), options);
            return ExitCode.Success;
        });
        return new Command("export", "Print what other programs can use of the policy.") { policies };
    }

    private static void Write(FallbackPolicy fallback, PolicyOptions policy)
    {
        var style = new BlockStyle();
        foreach (var item in fallback.Of(policy))
        {
            using var document = JsonDocument.Parse(item.ToJsonString());
            Console.Out.WriteLine("---");
            foreach (var line in document.RootElement.EnumerateObject().SelectMany(member => BlockYaml.Lines(member.Name, member.Value, style)))
            {
                Console.Out.WriteLine(line);
            }
        }
    }

    private static bool TryAction(string text, out ValidationAction value, out string expected)
    {
        expected = "Deny, Warn or Audit";
        return Enum.TryParse(text, ignoreCase: true, out value) && value != ValidationAction.Off
            && Enum.GetNames<ValidationAction>().Contains(text, StringComparer.OrdinalIgnoreCase);
    }
}
