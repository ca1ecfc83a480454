using System.Globalization;
using System.Text;
using System.Text.Json;
using HaWebhook.Admission;
using HaWebhook.Checking;
using HaWebhook.Policy.Evaluation;
using HaWebhook.Policy.Json;
using HaWebhook.Policy.Objects;
using HaWebhook.Policy.Rules;

namespace HaWebhook.Demo;

/// <summary>Sends manifests through the webhooks and prints what a person at kubectl would see.</summary>
internal sealed class DemoRun(ApiServerStandIn apiServer, PolicyEvaluator policy, Terminal terminal)
{
    private const int WarmUpReviews = 200;

    private readonly List<TimeSpan> _times = [];
    private readonly SortedSet<string> _undecided = new(StringComparer.Ordinal);
    private int _created;
    private int _denied;
    private int _failed;

    /// <returns>Whether the server answered everything that could be sent.</returns>
    public async Task<bool> RunAsync(IReadOnlyList<ManifestFile> files, bool showScale, CancellationToken cancellation)
    {
        var manifests = new ManifestObjects();
        foreach (var file in files)
        {
            manifests.Add(file);
        }

        if (manifests.Objects.Count == 0 && manifests.Errors.Count == 0)
        {
            terminal.WriteLine("nothing to send: the input holds no documents with apiVersion and kind");
            return true;
        }

        await WarmUpAsync(cancellation);
        foreach (var file in manifests.Objects.GroupBy(manifest => manifest.File))
        {
            terminal.WriteLine(terminal.Bold($"$ kubectl apply -f {file.Key}"));
            foreach (var manifest in file)
            {
                await TryAsync(() => ApplyAsync(manifest, cancellation));
            }

            terminal.WriteLine();
        }

        if (showScale)
        {
            await TryAsync(() => ScaleAsync(cancellation));
        }

        foreach (var error in manifests.Errors)
        {
            terminal.WriteLine(terminal.Red($"{error.File}:{error.Line}: {SingleLine.Of(error.Message)}"));
            _failed++;
        }

        WriteSummary();
        return _failed == 0;
    }

    private async Task ApplyAsync(ManifestObject manifest, CancellationToken cancellation)
    {
        var json = manifest.ToJson();
        var target = TargetOf(manifest);
        if (policy.Reader.ReadObject(json, manifest.ApiVersion, manifest.Kind) is null or NamespaceObject or PersistentVolumeClaim)
        {
            terminal.WriteLine($"{target.KubectlName} created {terminal.Dim("(no webhook is asked about this kind)")}");
            _created++;
            return;
        }

        var mutated = await CallAsync("/mutate", "CREATE", target, json, [], cancellation);
        var patched = mutated.Patch.Length == 0 ? json : JsonPatch.Apply(json, mutated.Patch);
        var validated = await CallAsync("/validate", "CREATE", target, patched, [], cancellation);
        foreach (var warning in mutated.Warnings.Concat(validated.Warnings).Distinct())
        {
            terminal.WriteLine($"{terminal.Yellow("Warning:")} {warning}");
        }

        var took = terminal.Dim($"({Milliseconds(mutated.Took)} + {Milliseconds(validated.Took)})");
        if (validated.IsAllowed)
        {
            terminal.WriteLine($"{target.KubectlName} {terminal.Green("created")} {took}");
            WriteDiff(mutated.Patch);
            _created++;
        }
        else
        {
            terminal.WriteLine($"{terminal.Red("Error from server (Forbidden):")} error when creating \"{manifest.File}\": {Denied(validated)} {took}");
            _denied++;
        }
    }

    /// <summary>The way around most replica checks: the object that is scaled never comes to admission, only its Scale.</summary>
    private async Task ScaleAsync(CancellationToken cancellation)
    {
        terminal.WriteLine(terminal.Bold("$ kubectl scale deployment api-gateway --replicas=1"));
        var target = new DemoObject("apps/v1", "Deployment", "deployments", "scale", "default", "api-gateway");
        var answer = await CallAsync("/validate", "UPDATE", target, Scale(1), Scale(3), cancellation);
        terminal.WriteLine(answer.IsAllowed
            ? $"{target.KubectlName} scaled"
            : $"{terminal.Red("Error from server (Forbidden):")} {Denied(answer)} {terminal.Dim($"({Milliseconds(answer.Took)})")}");
        terminal.WriteLine();
        _ = answer.IsAllowed ? _created++ : _denied++;
    }

    private static byte[] Scale(int replicas) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"kind":"Scale","apiVersion":"autoscaling/v1","metadata":{"name":"api-gateway","namespace":"default"},"spec":{"replicas":{{{replicas}}}}}"""));

    private async Task<WebhookAnswer> CallAsync(
        string path, string operation, DemoObject target, byte[] subject, byte[] oldSubject, CancellationToken cancellation)
    {
        var uid = Guid.NewGuid().ToString();
        var review = ReviewWriter.Write(uid, operation, target, subject, oldSubject);
        var answer = await apiServer.CallAsync(path, uid, review, cancellation);
        _times.Add(answer.Took);
        if (path == "/validate")
        {
            NoteUndecided(review);
        }

        return answer;
    }

    /// <summary>Keeps which rules said nothing for want of other objects. No answer tells of them, so the review is judged here once more.</summary>
    private void NoteUndecided(byte[] review)
    {
        foreach (var skipped in policy.Validate(policy.Reader.ReadReview(review), RelatedObjects.None).Skipped)
        {
            _undecided.Add(skipped.Rule);
        }
    }

    private async Task TryAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
        catch (Exception exception) when (exception is HttpRequestException or MalformedJsonException)
        {
            var what = exception is MalformedJsonException ? "could not be sent" : "the server did not answer";
            terminal.WriteLine(terminal.Red($"{what}: {SingleLine.Of(exception.Message)}"));
            _failed++;
        }
    }

    /// <summary>A server that has just started compiles as it goes; the times of the first reviews would tell of that alone.</summary>
    private async Task WarmUpAsync(CancellationToken cancellation)
    {
        var target = new DemoObject("apps/v1", "Deployment", "deployments", "", "default", "warm-up");
        var subject = """{"metadata":{"name":"warm-up"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"a","ports":[{"containerPort":80}]}]}}}}"""u8.ToArray();
        for (var i = 0; i < WarmUpReviews; i++)
        {
            await CallAsync(i % 2 == 0 ? "/mutate" : "/validate", "CREATE", target, subject, [], cancellation);
        }

        _times.Clear();
        _undecided.Clear();
    }

    private void WriteDiff(byte[] patch)
    {
        if (patch.Length == 0)
        {
            return;
        }

        using var document = JsonDocument.Parse(patch);
        var changes = document.RootElement.EnumerateArray()
            .Select(operation => new RuleChange("", new Change(
                operation.GetProperty("path").GetString()!,
                Encoding.UTF8.GetBytes(operation.GetProperty("value").GetRawText()))))
            .ToList();
        foreach (var (isAdded, text) in PatchDiff.Lines(changes))
        {
            terminal.WriteLine(isAdded ? terminal.Green($"    + {text}") : $"      {text}");
        }
    }

    private void WriteSummary()
    {
        var slowest = _times.Count == 0 ? TimeSpan.Zero : _times.Max();
        var middle = _times.Count == 0 ? TimeSpan.Zero : _times.Order().ElementAt(_times.Count / 2);
        terminal.WriteLine(
            $"{_created} created, {_denied} denied, {_failed} failed; {_times.Count} reviews over TLS, median {Milliseconds(middle)}, slowest {Milliseconds(slowest)}"
            + $" (after {WarmUpReviews} to warm up)");
        if (_undecided.Count > 0)
        {
            terminal.WriteLine(
                $"Without a cluster the server knows of no other objects. Rules that were silent where they need them: {string.Join(", ", _undecided)}. "
                + "ha-webhook check looks at all files together.");
        }
    }

    private static string Denied(WebhookAnswer answer) => $"admission webhook \"validate.ha-webhook.io\" denied the request: {answer.Message}";

    private static string Milliseconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms");

    private static DemoObject TargetOf(ManifestObject manifest)
    {
        var singular = manifest.Kind.ToLowerInvariant();
        var resource = singular[^1] switch
        {
            's' => singular + "es",
            'y' => singular[..^1] + "ies",
            _ => singular + "s",
        };
        return new(manifest.ApiVersion, manifest.Kind, resource, "", manifest.Namespace.Length > 0 ? manifest.Namespace : "default", manifest.Name);
    }
}
